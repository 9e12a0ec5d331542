#!/usr/bin/env node
import { nodeProblem } from "../provider/node-version.js";
import { outliveReaders } from "./terminal.js";

outliveReaders(process.stdout, process.stderr);

async function main(): Promise<number> {
  const { engines } = require("pulumi-harper/package.json") as { engines: { node: string } };
  const problem = nodeProblem(engines.node);
  if (problem) {
    process.stderr.write(`pulumi-harper: ${problem}\n`);
    return 1;
  }
  const { run } = await import("./program.js");
  return run(process.argv.slice(2));
}

void main().then((code) => {
  process.exitCode = code;
});
