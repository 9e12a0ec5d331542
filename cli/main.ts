#!/usr/bin/env node
import { run } from "./program.js";
import { outliveReaders } from "./terminal.js";

outliveReaders(process.stdout, process.stderr);

void run(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
