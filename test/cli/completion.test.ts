import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { program } from "../../cli/program";
import { command } from "./harness";

/** What bash offers for a line whose last word is being typed. */
async function offered(...line: string[]): Promise<string[]> {
  const { stdout } = await command("completion", "bash");
  const words = ["pulumi-harper", ...line].map((word) => `'${word}'`).join(" ");
  const ask = `${stdout}\nCOMP_WORDS=(${words}); COMP_CWORD=${line.length}; _pulumi_harper; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync("bash", ["-c", ask], { encoding: "utf8" }).trim().split("\n");
}

test("bash completes commands, and the options of each", async () => {
  expect(await offered("re")).toEqual(["review", "reconnect", "restart"]);
  expect(await offered("restart", "--r")).toEqual(["--rolling"]);
  expect(await offered("cluster", "u")).toEqual(["up"]);
});

test("bash completes the options of a subcommand, and those that every command has", async () => {
  expect(await offered("cluster", "up", "--n")).toEqual(["--nodes"]);
  expect(await offered("check", "--cw")).toEqual(["--cwd"]);
  expect(await offered("cluster", "down", "--d")).toEqual(["--dir", "--delete"]);
});

test.each(["zsh", "fish"])("%s has every command and every option", async (shell) => {
  const { stdout, code } = await command("completion", shell);
  expect(code).toBe(0);
  const whole = program();
  for (const one of [...whole.commands, ...whole.commands.flatMap(({ commands }) => commands)]) {
    expect(stdout).toContain(one.name());
    for (const { long } of [...one.options, ...whole.options]) expect(stdout).toContain(long?.replace(/^--/, ""));
  }
});

test("another shell is a wrong call", async () => {
  expect(await command("completion", "tcsh")).toMatchObject({ code: 2 });
});
