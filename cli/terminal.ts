import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { Failure, Misuse } from "./failure.js";

/** The answer of a command. */
export function print(text: string): void {
  clearProgress();
  process.stdout.write(`${text}\n`);
}

/** What it does meanwhile. */
export function say(text: string): void {
  clearProgress();
  process.stderr.write(`${text}\n`);
}

/** Whoever reads the output may stop reading (`| head`): what was begun is done all the same. */
export function outliveReaders(...outputs: Writable[]): void {
  for (const output of outputs)
    output.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
    });
}

/** Goes on only with `--yes`, or with a yes at a terminal. */
export async function confirm(question: string, yes = false): Promise<void> {
  if (yes) return;
  if (!process.stdin.isTTY) throw new Misuse("there is no terminal to ask at: say --yes to do it");
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`${question} [y/N] `).finally(() => terminal.close());
  if (!/^y(es)?$/i.test(answer.trim())) throw new Failure("nothing was done");
}

/** Asks for a password, which is not shown. */
export async function askPassword(question: string): Promise<string> {
  if (!process.stdin.isTTY)
    throw new Misuse("there is no terminal to ask for the password at: set HARPER_PASSWORD, or say --password-stdin");
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  process.stderr.write(question);
  const terminal = createInterface({ input: process.stdin, output: silent, terminal: true });
  return terminal.question("").finally(() => {
    terminal.close();
    process.stderr.write("\n");
  });
}

/** Does the work, and says what is waited for: at a terminal after a second, on a line that goes again; in a log now and then. */
export async function withProgress<T>(what: string, work: () => Promise<T>): Promise<T> {
  const start = Date.now();
  const line = () => `${Math.round((Date.now() - start) / 1000)} s: ${what}`;
  const isTerminal = process.stderr.isTTY;
  const clock = setInterval(() => (isTerminal ? showProgress(line()) : say(line())), isTerminal ? 1000 : 5000);
  return work().finally(() => {
    clearInterval(clock);
    clearProgress();
  });
}

let isShown = false;

function showProgress(line: string): void {
  clearProgress();
  process.stderr.write(line.slice(0, (process.stderr.columns ?? 80) - 1));
  isShown = true;
}

function clearProgress(): void {
  if (isShown) process.stderr.write("\r\x1b[K");
  isShown = false;
}
