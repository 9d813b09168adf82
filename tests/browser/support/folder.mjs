// SPDX-License-Identifier: Apache-2.0
// Serves a folder of static files from an origin of its own.

import { createReadStream } from "node:fs";
import { createServer } from "node:http";
import { once } from "node:events";
import { basename, extname, join } from "node:path";

const TYPES = { ".html": "text/html; charset=utf-8", ".css": "text/css", ".js": "text/javascript" };

/** @returns {Promise<{url: string, stop: () => void}>} */
export async function serveFolder(folder) {
  const server = createServer((request, response) => {
    const name = basename(new URL(request.url, "http://localhost").pathname) || "index.html";
    const file = createReadStream(join(folder, name));
    file.on("open", () => {
      response.setHeader("Content-Type", TYPES[extname(name)] ?? "application/octet-stream");
      file.pipe(response);
    });
    file.on("error", () => response.writeHead(404).end());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
