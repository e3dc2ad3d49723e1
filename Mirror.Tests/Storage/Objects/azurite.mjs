// Azurite's blob service on loopback, in memory. Arguments: the directory with node_modules, and for https with tokens, the
// files of the certificate and its key.
import { createRequire } from "node:module";

const [modules, certificate, key] = process.argv.slice(2);
process.argv.splice(
  2, Infinity, "--blobHost", "127.0.0.1", "--blobPort", "0", "--inMemoryPersistence", "--silent", "--skipApiVersionCheck", "--disableTelemetry",
  ...(certificate ? ["--oauth", "basic", "--cert", certificate, "--key", key] : []));
console.log = line => {
  const listening = /listens on .*:(\d+)/.exec(line);
  if (listening) {
    process.stdout.write(`port ${listening[1]}\n`);
  }
};

const end = () => process.exit();
process.stdin.on("end", end).on("error", end).resume();
createRequire(modules + "/")("azurite/dist/src/blob/main.js");
