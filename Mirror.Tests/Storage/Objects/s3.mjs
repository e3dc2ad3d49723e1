// s3rver on loopback, with one bucket. Arguments: the directory with node_modules, and the name of the bucket.
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { mkdir, rename, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout } from "node:timers/promises";

const [modules, bucket] = process.argv.slice(2);
const require = createRequire(modules + "/");
// s3rver encrypts continuation tokens with DES, which Node.js no longer has.
const clear = { update: bytes => Buffer.from(bytes), final: () => Buffer.alloc(0) };
Object.assign(require("crypto"), { createCipheriv: () => clear, createDecipheriv: () => clear });
const S3rver = require("s3rver");
const directory = mkdtempSync(join(tmpdir(), "mirror-tests-s3-"));
const server = new S3rver({
  address: "127.0.0.1", port: 0, silent: true, directory, vhostBuckets: false, configureBuckets: [{ name: bucket }],
});

// Objects become visible when they are complete, as in S3. s3rver writes them in place, and responds before the last bytes are written.
const { store } = server;
const put = store.putObject.bind(store);
store.putObject = async object => {
  const { bucket, key } = object;
  object.bucket = ".incomplete";
  object.key = randomUUID();
  const result = await put(object);
  const from = part => store.getResourcePath(object.bucket, object.key, part);
  const to = part => store.getResourcePath(bucket, key, part);
  while ((await stat(from("object"))).size < result.size) {
    await setTimeout(1);
  }

  await mkdir(dirname(to("object")), { recursive: true });
  for (const part of ["object", "object.md5", "metadata.json"]) {
    await rename(from(part), to(part));
  }
  return result;
};

const end = () => {
  rmSync(directory, { recursive: true, force: true });
  process.exit();
};
process.stdin.on("end", end).on("error", end).resume();
const { port } = await server.run();
console.log(`port ${port}`);
