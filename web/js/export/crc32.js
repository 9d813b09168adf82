// SPDX-License-Identifier: Apache-2.0
// CRC-32 as ZIP wants it (polynomial 0xEDB88320), eight bytes at a time: "slicing by 8" (Kounavis
// and Berry 2005). Words are read as the machine has them: little-endian wherever browsers run.

// T[256 k + b]: what byte b does to the sum k bytes later.
const T = new Int32Array(8 * 256);
for (let byte = 0; byte < 256; byte++) {
  let sum = byte;
  for (let bit = 0; bit < 8; bit++) {
    sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  }
  T[byte] = sum;
}
for (let i = 256; i < T.length; i++) {
  T[i] = (T[i - 256] >>> 8) ^ T[T[i - 256] & 255];
}

/**
 * @param {Uint8Array} bytes
 * @param {number} [before] the sum of the bytes before these
 * @returns {number} 32 bits, unsigned
 */
export function crc32(bytes, before = 0) {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes);
  const words = new Int32Array(aligned.buffer, aligned.byteOffset, (aligned.length >>> 3) * 2);
  let sum = ~before;
  for (let i = 0; i < words.length; i += 2) {
    const a = words[i] ^ sum;
    const b = words[i + 1];
    sum = T[1792 + (a & 255)] ^ T[1536 + (a >>> 8 & 255)] ^ T[1280 + (a >>> 16 & 255)] ^
      T[1024 + (a >>> 24)] ^ T[768 + (b & 255)] ^ T[512 + (b >>> 8 & 255)] ^
      T[256 + (b >>> 16 & 255)] ^ T[b >>> 24];
  }
  for (let at = words.length * 4; at < bytes.length; at++) {
    sum = (sum >>> 8) ^ T[(sum ^ bytes[at]) & 255];
  }
  return ~sum >>> 0;
}
