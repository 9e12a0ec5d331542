import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { program } from "../../cli/program";
import { commentMark } from "../../topology/review/markdown";

interface Step {
  name?: string;
  run?: string;
  uses?: string;
  env?: Record<string, string>;
}

const folder = resolve(__dirname, "../../examples/review-workflow/.github/workflows");
const files = readdirSync(folder);
const stepsOf = (file: string) =>
  Object.values(
    (parse(readFileSync(join(folder, file), "utf8")) as { jobs: Record<string, { steps: Step[] }> }).jobs,
  ).flatMap(({ steps }) => steps);

let desk: string;
beforeEach(() => {
  desk = mkdtempSync(join(tmpdir(), "pulumi-harper-"));
});
afterEach(() => rmSync(desk, { recursive: true }));

/** What a step's script does where `gh` and `npx` are stand-ins that write down how they are called. */
function runStep(
  file: string,
  name: string,
  stand: { gh?: string; npx?: string; files?: Record<string, string>; env?: Record<string, string> },
) {
  const script = stepsOf(file).find((step) => step.name === name)?.run ?? "exit 99";
  for (const [path, text] of Object.entries(stand.files ?? {})) writeFileSync(join(desk, path), text);
  for (const command of ["gh", "npx"] as const) {
    const path = join(desk, command);
    writeFileSync(path, `#!/bin/bash\necho "${command} $*" >> "${desk}/calls"\n${stand[command] ?? ""}\n`);
    chmodSync(path, 0o755);
  }
  for (const path of ["calls", "env", "output", "summary"]) writeFileSync(join(desk, path), "");
  const env = {
    PATH: `${desk}${delimiter}${process.env.PATH}`,
    GITHUB_REPOSITORY: "us/shop",
    GITHUB_SHA: "c0ffee",
    GITHUB_ENV: join(desk, "env"),
    GITHUB_OUTPUT: join(desk, "output"),
    GITHUB_STEP_SUMMARY: join(desk, "summary"),
    STACK: "prod",
    NUMBER: "7",
    ...stand.env,
  };
  let code = 0;
  try {
    // As GitHub runs them.
    execFileSync("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", script], { cwd: desk, env, stdio: "pipe" });
  } catch (error) {
    code = (error as { status: number }).status;
  }
  const read = (path: string) => readFileSync(join(desk, path), "utf8");
  return {
    code,
    calls: read("calls").trimEnd().split("\n"),
    env: read("env"),
    output: read("output"),
    summary: read("summary"),
  };
}

test.each(files)("%s uses commands and options that there are", (file) => {
  const used = stepsOf(file).flatMap(({ run = "" }) =>
    [...run.matchAll(/npx pulumi-harper ([^\n>|]*)/g)].map(([, rest = ""]) => rest.trim()),
  );
  for (const line of used) {
    const [name, ...words] = line.split(" ");
    const command = program().commands.find((one) => one.name() === name);
    expect(command, line).toBeDefined();
    const known = command?.options.map(({ long }) => long);
    for (const option of words.filter((word) => word.startsWith("--"))) expect(known, line).toContain(option);
  }
});

describe("review.yml", () => {
  test("finds its comment by the line that every review begins with", () => {
    expect(stepsOf("review.yml").find(({ name }) => name === "comment")?.run).toContain(`startswith("${commentMark}")`);
  });

  test("writes a comment where there is none, and that one anew where there is", () => {
    const first = runStep("review.yml", "comment", { files: { "review.md": "text" } });
    expect(first).toMatchObject({ code: 0 });
    expect(first.calls[1]).toBe(
      "gh api --method POST repos/us/shop/issues/7/comments --field body=@review.md --silent",
    );
    const again = runStep("review.yml", "comment", { gh: `[ "$2" = repos/us/shop/issues/7/comments ] && echo 41` });
    expect(again.calls.at(-1)).toBe(
      "gh api --method PATCH repos/us/shop/issues/comments/41 --field body=@review.md --silent",
    );
  });
});

describe("up.yml", () => {
  const pull = `case "$2" in */pulls) echo 7;; */comments) cat comment.md;; esac`;

  test("pins what the review of the merged pull request names", () => {
    const files = { "comment.md": "## Harper\n\nThe live topology is `0123456789abcdef`. With …\n" };
    expect(runStep("up.yml", "what was reviewed", { gh: pull, files })).toMatchObject({
      code: 0,
      env: "HARPER_EXPECTED_TOPOLOGY=0123456789abcdef\n",
    });
  });

  test("stops where the review names none, and pins nothing for what nobody reviewed", () => {
    expect(runStep("up.yml", "what was reviewed", { gh: pull, files: { "comment.md": "" } })).toMatchObject({
      code: 1,
      env: "",
    });
    expect(runStep("up.yml", "what was reviewed", {})).toMatchObject({ code: 0, env: "" });
  });
});

describe("the audit of up.yml", () => {
  const step = (npx: string, files: Record<string, string> = { "audit.jsonl": "{}" }) =>
    runStep("up.yml", "audit", { npx, files, env: { HARPER_AUDIT_LOG: join(desk, "audit.jsonl") } });

  test("is the run's summary, and fails where a call has no answer", () => {
    const { code, calls, summary } = step('echo "call 1: no answer"; exit 3');
    expect(code).toBe(3);
    expect(calls).toEqual([`npx pulumi-harper audit --last 1 --log ${join(desk, "audit.jsonl")} --stack prod`]);
    expect(summary).toBe("```\ncall 1: no answer\n```\n");
    expect(step("echo done").code).toBe(0);
  });

  test("asks for nothing where nothing was called", () => {
    expect(step("", {})).toMatchObject({ code: 0, calls: [""], summary: "" });
  });
});

describe("drift.yml", () => {
  const npx = (code: number) => `echo "drift: something"; exit ${code}`;
  const issue = (code: string, gh = "") =>
    runStep("drift.yml", "issue", {
      gh,
      files: { "drift.txt": "drift: something\n" },
      env: { CODE: code },
    }).calls.slice(1);

  test("keeps the exit code, and fails only where it could not look", () => {
    expect(runStep("drift.yml", "drift", { npx: npx(2) })).toMatchObject({ code: 0, output: "code=2\n" });
    expect(runStep("drift.yml", "drift", { npx: npx(0) })).toMatchObject({ code: 0, output: "code=0\n" });
    expect(runStep("drift.yml", "drift", { npx: npx(1) })).toMatchObject({ code: 1 });
  });

  test("opens one issue, writes it anew, and closes it", () => {
    const known = `[ "$2" = list ] && echo 12`;
    expect(issue("2")).toEqual([
      expect.stringMatching(/^gh issue create --title The Harper cluster .* --body-file body\.md$/),
    ]);
    expect(issue("3", known)).toEqual(["gh issue edit 12 --body-file body.md"]);
    expect(issue("0", known)).toEqual([expect.stringContaining("gh issue close 12")]);
    expect(issue("0")).toEqual([]);
  });
});
