// SPDX-License-Identifier: Apache-2.0
// Writes ZIP archives: files as they are (photos do not shrink any further), names in UTF-8, ZIP64
// where 16 or 32 bits are too few. Format: APPNOTE.TXT 6.3.10 by PKWARE.

import { crc32 } from "./crc32.js";

const MAX_16 = 0xffff; // these two values mean: see the ZIP64 record
const MAX_32 = 0xffffffff;
const CHUNK_BYTES = 1 << 20; // read and summed up in one go; a few milliseconds
const VERSION = 20;
const VERSION_ZIP64 = 45;
const UTF8_NAMES = 1 << 11;
const UNIX = 3 << 8;
const UNIX_FILE = 0o100644 << 16 >>> 0; // readable by all, a regular file
const encoder = new TextEncoder();

/**
 * @typedef {object} Entry
 * @property {Uint8Array} name UTF-8, "/" between folders
 * @property {number} crc
 * @property {number} size bytes
 * @property {number} offset where its local header begins
 * @property {Date} date of the last change
 */

/** Little-endian numbers one after the other: `[bytes, value]` each. */
function pack(...fields) {
  const view = new DataView(new ArrayBuffer(fields.reduce((sum, [bytes]) => sum + bytes, 0)));
  let at = 0;
  for (const [bytes, value] of fields) {
    if (bytes === 8) {
      view.setBigUint64(at, BigInt(value), true);
    } else {
      view[bytes === 4 ? "setUint32" : "setUint16"](at, value, true);
    }
    at += bytes;
  }
  return new Uint8Array(view.buffer);
}

function joined(parts) {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Date and time in the reader's own time zone, 1980 to 2107, in steps of two seconds. */
function dosTime(date) {
  const year = date.getFullYear();
  if (!(year >= 1980)) { // not a date at all, too
    return { day: 1 << 5 | 1, time: 0 };
  }
  if (year > 2107) {
    return { day: 127 << 9 | 12 << 5 | 31, time: 23 << 11 | 59 << 5 | 29 };
  }
  return {
    day: (year - 1980) << 9 | (date.getMonth() + 1) << 5 | date.getDate(),
    time: date.getHours() << 11 | date.getMinutes() << 5 | date.getSeconds() >> 1,
  };
}

/** "Extended timestamp": seconds since 1970 in UTC, for readers that know it. */
function unixTime(date) {
  const seconds = Math.floor(date.getTime() / 1000);
  if (!(Math.abs(seconds) < 2 ** 31)) {
    return [];
  }
  return joined([pack([2, 0x5455], [2, 5]), [1], pack([4, seconds >>> 0])]);
}

/** The ZIP64 record with the values that are too large for their own fields. */
function zip64(...values) {
  const large = values.filter((value) => value >= MAX_32);
  return large.length === 0 ? []
    : pack([2, 1], [2, 8 * large.length], ...large.map((value) => [8, value]));
}

/** What local and central header have in common, from the flags to the length of the name. */
function commonFields({ name, crc, size, date }) {
  const { day, time } = dosTime(date);
  const short = Math.min(size, MAX_32);
  return [[2, UTF8_NAMES], [2, 0], [2, time], [2, day], [4, crc], [4, short], [4, short],
    [2, name.length]];
}

/** @param {Entry} entry @returns {Uint8Array} what goes before the bytes of the file */
export function localHeader(entry) {
  const large = entry.size >= MAX_32;
  const extra = joined([large ? zip64(entry.size, entry.size) : [], unixTime(entry.date)]);
  return joined([
    pack([4, 0x04034b50], [2, large ? VERSION_ZIP64 : VERSION], ...commonFields(entry),
      [2, extra.length]),
    entry.name, extra]);
}

/** @param {Entry} entry @returns {Uint8Array} its line in the directory */
export function centralHeader(entry) {
  const { name, size, offset, date } = entry;
  const wide = zip64(size, size, offset);
  const version = wide.length > 0 ? VERSION_ZIP64 : VERSION;
  const extra = joined([wide, unixTime(date)]);
  return joined([
    pack([4, 0x02014b50], [2, UNIX | version], [2, version], ...commonFields(entry),
      [2, extra.length], [2, 0], [2, 0], [2, 0], [4, UNIX_FILE], [4, Math.min(offset, MAX_32)]),
    name, extra]);
}

/** @returns {Uint8Array} what comes behind a directory of `count` entries that is at `offset` */
export function endOfDirectory(count, size, offset) {
  const short = Math.min(count, MAX_16);
  const end = pack([4, 0x06054b50], [2, 0], [2, 0], [2, short], [2, short],
    [4, Math.min(size, MAX_32)], [4, Math.min(offset, MAX_32)], [2, 0]);
  if (count < MAX_16 && size < MAX_32 && offset < MAX_32) {
    return end;
  }
  return joined([
    pack([4, 0x06064b50], [8, 44], [2, UNIX | VERSION_ZIP64], [2, VERSION_ZIP64], [4, 0], [4, 0],
      [8, count], [8, count], [8, size], [8, offset]),
    pack([4, 0x07064b50], [4, 0], [8, offset + size], [4, 1]),
    end]);
}

/** The CRC-32 of a file, read piece by piece; each wait lets the page go on. */
async function checksum(blob, onBytes, signal) {
  let sum = 0;
  for (let at = 0; at < blob.size; at += CHUNK_BYTES) {
    signal?.throwIfAborted();
    const bytes = new Uint8Array(await blob.slice(at, at + CHUNK_BYTES).arrayBuffer());
    sum = crc32(bytes, sum);
    onBytes(bytes.length);
  }
  return sum;
}

/**
 * The archive in parts, in order. Files are read once here, for their sums, and come out as the
 * Blobs that they are: whoever writes the parts reads them again, and nobody holds them all.
 * @param {Iterable<{name: string, blob: Blob, date: Date}>} files names are unique
 * @param {object} [options]
 * @param {(bytes: number) => void} [options.onBytes] so many more bytes are summed up
 * @param {(file: object, error: Error) => void} [options.onUnreadable] called with one of `files`
 *   that cannot be read, which is left out; without this, it ends the work
 * @param {AbortSignal} [options.signal]
 * @returns {AsyncGenerator<Uint8Array|Blob>}
 */
export async function* zipParts(files, { onBytes = () => {}, onUnreadable, signal } = {}) {
  const headers = [];
  let offset = 0;
  for (const file of files) {
    const { name, blob, date } = file;
    let crc;
    try {
      crc = await checksum(blob, onBytes, signal);
    } catch (error) {
      if (signal?.aborted || !onUnreadable) {
        throw error;
      }
      onUnreadable(file, error);
      continue;
    }
    const entry = { name: encoder.encode(name), crc, size: blob.size, offset, date };
    const header = localHeader(entry);
    yield header;
    yield blob;
    headers.push(centralHeader(entry));
    offset += header.length + blob.size;
  }
  signal?.throwIfAborted();
  const directory = joined(headers);
  yield directory;
  yield endOfDirectory(headers.length, directory.length, offset);
}
