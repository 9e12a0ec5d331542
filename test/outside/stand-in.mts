// The stand-in server for tests in other languages. Writes the cluster.json of us-1, eu-1 and ap-1 to the file it is
// given, prints that file's name when they answer, and runs until its standard input closes. Started in the project's
// folder.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { compileFake, loadFake } from "../../bench/stand-in/compile.mts";

const [file] = process.argv.slice(2);
if (!file) throw new Error("usage: node test/outside/stand-in.mts FILE");

const { startFakeCluster } = loadFake(compileFake(resolve(".cache/bench")));
const fake = await startFakeCluster({
  nodes: ["us-1", "eu-1", "ap-1"],
  tables: { shop: ["dog", "cat", "bird"] },
});
const described = Object.values(fake.instances).map(({ name, endpoint, url, username, password }) => {
  return [name, { endpoint, username, password, address: name, replicationUrl: url }];
});
mkdirSync(dirname(resolve(file)), { recursive: true });
writeFileSync(file, `${JSON.stringify({ instances: Object.fromEntries(described) }, undefined, 2)}\n`, { mode: 0o600 });
console.log(file);
process.stdin.resume().once("end", () => void fake.close());
