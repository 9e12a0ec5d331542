import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { describe, expect, test, vi } from "vitest";
import { program } from "../../cli/program";
import { command } from "./harness";

/** Every command of the tree by its words, those that only hold others, too. */
const wordsIn = (one: Command, words: string[] = []): string[][] => [
  words,
  ...one.commands.flatMap((inner) => wordsIn(inner, [...words, inner.name()])),
];
const at = (words: string[], whole = program()): Command =>
  words.reduce((one, word) => one.commands.find((inner) => inner.name() === word) as Command, whole);
const all = wordsIn(program());
const ends = all.filter((words) => at(words).commands.length === 0);
const named = (some: string[][]) => some.map((words) => [words.join(" ") || "the program itself", words] as const);

const helpOf = async (words: string[]) => (await command(...words, "--help")).stdout;

/** The arguments of every call of this program that a help shows. */
const examplesIn = (help: string): string[][] =>
  (help.split("\nExamples:\n")[1] ?? "")
    .split("\n")
    .flatMap((line) => [...line.matchAll(/pulumi-harper ((?:'[^']*'|"[^"]*"|[^'"|<>#&)])+)/g)])
    .map(([, line = ""]) => [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(([, a, b, c]) => a ?? b ?? c ?? ""));

const isOf = (words: string[]) => (args: string[]) => words.every((word, index) => args[index] === word);
/** The first call of a command that its help shows. */
const callOf = async (words: string[]): Promise<string[]> =>
  examplesIn(await helpOf(words)).find(isOf(words)) ?? expect.fail("it has no example");

test.each(named(all))("the help of %s ends with examples, in each of which every word is known", async (_, words) => {
  const help = await helpOf(words);
  expect(help).toMatch(/\nExamples:\n( {2}\$ .*\n)+$/);
  const examples = examplesIn(help);
  expect(examples.some(isOf(words))).toBe(true);
  const chdir = vi.spyOn(process, "chdir").mockReturnValue();
  for (const args of examples) {
    const whole = program();
    for (const one of ends) at(one, whole).action(() => undefined);
    await expect(whole.parseAsync(args, { from: "user" }), args.join(" ")).resolves.toBeDefined();
  }
  chdir.mockRestore();
});

test("what Pulumi's commands have, too, has the same letter", () => {
  const letters: Record<string, string> = { "--cwd": "-C", "--json": "-j", "--stack": "-s", "--yes": "-y" };
  const options = all.flatMap((words) => at(words).options);
  for (const [long, short] of Object.entries(letters))
    expect(new Set(options.filter((one) => one.long === long).map((one) => one.short))).toEqual(new Set([short]));
});

describe.each(named(ends))("%s", (of, words) => {
  // Where 2 is drift, what was called wrongly is not to be taken for it.
  const code = of === "drift" ? 1 : 2;
  const nowhere = join(tmpdir(), "no-such-folder-of-pulumi-harper");

  test("an unknown flag is a wrong call that is named", async () => {
    expect(await command(...(await callOf(words)), "--sideways")).toMatchObject({
      code,
      stdout: "",
      stderr: expect.stringContaining("--sideways"),
    });
  });

  if (at(words).registeredArguments.every(({ variadic }) => !variadic))
    test("a superfluous argument is a wrong call that is named", async () => {
      const tooMany = [...at(words).registeredArguments, "one more"].map(() => "superfluous");
      expect(await command(...(await callOf(words)), ...tooMany)).toMatchObject({
        code,
        stdout: "",
        stderr: expect.stringContaining("superfluous"),
      });
    });

  test("--cwd is taken before and after it, and is in its help", async () => {
    const call = await callOf(words);
    for (const args of [
      ["--cwd", nowhere, ...call],
      [...call, "-C", nowhere],
    ])
      expect(await command(...args)).toEqual({
        code,
        stdout: "",
        stderr: `pulumi-harper: --cwd ${nowhere}: there is no such folder\n`,
      });
    expect(await helpOf(words)).toContain("-C, --cwd");
  });
});
