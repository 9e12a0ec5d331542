// Records the states that this version makes, for the versions to come: `make record`. Four programs through both front
// ends, by the real CLI, on the stand-in, whose instances have names of no machine.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { compileFake, loadFake } from "../../bench/stand-in/compile.mts";
import { copyProgram, install, pack } from "../../scripts/demo/packed.mts";
import { pulumiEnvironment, Stack } from "../../scripts/demo/stack.mts";
import { type Export, frontEnds, programs, reported, tables, withoutMachine } from "./shape.mts";

const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
const work = resolve(".cache", "record");
const recorded = resolve("test", "upgrades", "recorded", version);
rmSync(work, { recursive: true, force: true });
Object.assign(process.env, pulumiEnvironment(work));

const fake = await loadFake(compileFake(resolve(".cache/bench"))).startFakeCluster({
  nodes: Object.values(reported),
  tables,
  password: "canary",
});
const settings = [
  ...Object.entries(reported).flatMap(([name, host]) => {
    const { endpoint = "", username = "", password = "" } = fake.instances[host] ?? {};
    const at = `harper:instances.${name}`;
    return [
      ...["--plaintext", `${at}.endpoint=${endpoint}`, "--plaintext", `${at}.username=${username}`],
      ...["--secret", `${at}.password=${password}`, "--plaintext", `hostnames.${name}=${host}`],
    ];
  }),
  ...["--plaintext", "verifyTls=false", "--plaintext", "hub=us-1"],
  ...["--plaintext", "spokes.eu-1=eu.example", "--plaintext", "spokes.ap-1=ap.example"],
];
mkdirSync(work, { recursive: true });
cpSync("examples/quickstart/package.json", join(work, "package.json"));
await install(work, await pack(resolve("."), work));

for (const frontEnd of frontEnds)
  for (const program of programs) {
    const folder = join(work, `${program}-${frontEnd}`);
    copyProgram(join("examples", program === "everything" ? "quickstart" : program), folder);
    const stack = new Stack(folder);
    if (program === "everything") stack.write(readFileSync("test/upgrades/everything.ts", "utf8"));
    if (frontEnd === "plugin") usePlugin(stack);
    await stack.init(`${program}-${frontEnd}`, settings);
    await stack.must("up", "--yes", "--skip-preview");
    const { stdout } = await stack.must("stack", "export");
    mkdirSync(join(recorded, frontEnd), { recursive: true });
    const file = join(recorded, frontEnd, `${program}.json`);
    writeFileSync(file, `${JSON.stringify(withoutMachine(JSON.parse(stdout) as Export), undefined, 2)}\n`);
    console.log(file);
    await stack.must("destroy", "--yes", "--skip-preview");
  }
await fake.close();

function usePlugin(stack: Stack): void {
  stack.write(stack.read().replace('from "pulumi-harper"', 'from "pulumi-harper/native"'));
  const description = join(stack.folder, "Pulumi.yaml");
  const [, stanza = ""] = readFileSync("examples/native/Pulumi.yaml", "utf8").split(/(?=^plugins:)/m);
  const here = stanza.replace("path: node_modules/", "path: ../node_modules/");
  writeFileSync(description, `${readFileSync(description, "utf8")}${here}`);
}
