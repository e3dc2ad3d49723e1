// A certified OpenID provider on loopback, which knows two people. It prints its port, reads the address that it may send
// people back to from standard input, and then answers.
import { createServer } from "node:http";
import { createInterface } from "node:readline";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const require = createRequire(process.argv[2] + "/");
const { default: Provider } = await import(pathToFileURL(require.resolve("oidc-provider")));

const people = {
  alice: { groups: ["platform-team"], name: "Alice Example" },
  root: { groups: ["mirror-admins", "other"], name: "Root Example" },
};

let answer = (_, response) => { response.statusCode = 503; response.end(); };
const server = createServer((request, response) => answer(request, response));
server.listen(0, "127.0.0.1", () => console.log(`port ${server.address().port}`));

createInterface({ input: process.stdin }).once("close", () => process.exit()).once("line", redirectUri => {
  const provider = new Provider(`http://127.0.0.1:${server.address().port}`, {
    clients: [{
      client_id: "mirror",
      client_secret: "secret-of-the-client-mirror",
      redirect_uris: [redirectUri],
    }],
    pkce: { required: () => true },
    claims: { openid: ["sub"], profile: ["name", "preferred_username"], groups: ["groups"] },
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({ sub: id, preferred_username: id, ...people[id] }),
    }),
  });
  answer = provider.callback();
  console.log("ready");
});
