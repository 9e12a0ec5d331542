import type { Command } from "commander";
import { readLive } from "../../topology/live/read.js";
import { declaredBy } from "../../topology/program/declared.js";
import { type Finding, runRules } from "../../topology/rules/index.js";
import { addWhereabouts, asking, readInstances, type Whereabouts } from "../connections.js";
import { Found } from "../failure.js";
import { planFrom } from "../plan.js";
import { readSettingsFile } from "../settings-file.js";
import { print, say } from "../terminal.js";

export function addCheck(program: Command): void {
  addWhereabouts(
    program
      .command("check")
      .description(
        "Check the whole topology that the program declares; exits with 0 if no rule finds an error, with 3 if one does",
      )
      .option(
        "--preview <file>",
        "what `pulumi preview --json --show-sames` printed, - for standard input (default: run it)",
      )
      .option("--offline", "ask no instance: what only they can tell is not checked")
      .option("--strict", "count warnings as errors")
      .option("-j, --json", "print what is found as JSON"),
  )
    .addHelpText(
      "after",
      `
docs/checks.md has every rule, and how one is silenced with a reason in pulumi-harper.json.

Examples:
  $ pulumi-harper check
  $ pulumi preview --json --show-sames > plan.json && pulumi-harper check --preview plan.json --offline --strict`,
    )
    .action(check);
}

interface Flags extends Whereabouts {
  preview?: string;
  offline?: boolean;
  strict?: boolean;
  json?: boolean;
}

async function check({ preview, offline, strict, json, ...where }: Flags) {
  const { checks } = readSettingsFile();
  const { before, after } = await planFrom({ ...(preview && { preview }), ...(where.stack && { stack: where.stack }) });
  const known = offline ? undefined : await askedOf(where);
  for (const { name, problem } of known?.silent ?? []) say(`not asked: ${name}: ${problem}`);
  const { names, ...facts } = known ?? {};
  const { findings, useless } = runRules({ declared: declaredBy(after, names, before), ...facts }, checks);
  if (json) print(JSON.stringify({ findings, useless }, null, 2));
  else for (const line of linesOf(findings)) print(line);
  for (const line of useless) say(`pulumi-harper.json: checks.${line}`);
  const open = findings.filter(({ silenced }) => silenced === undefined);
  const grave = open.filter(({ level }) => level === "error" || (strict && level === "warning"));
  const silenced = findings.length - open.length;
  const summary = `${count(open, "error")}, ${count(open, "warning")}${silenced > 0 ? `, ${silenced} silenced` : ""}`;
  if (grave.length > 0) throw new Found(summary);
  say(findings.length === 0 ? "nothing is found" : summary);
}

/** What the live instances tell the rules. */
async function askedOf(where: Whereabouts) {
  return asking(await readInstances(where), async (instances) => {
    const live = await readLive(instances);
    const connections = Object.fromEntries(instances.names.map((name) => [name, instances.at(name).connection]));
    return {
      silent: live.silent,
      connections,
      names: Object.fromEntries(live.instances.map(({ name, reports }) => [name, reports])),
      tables: Object.fromEntries(live.instances.map(({ name, tables }) => [name, new Set(Object.keys(tables))])),
    };
  });
}

const linesOf = (findings: Finding[]) =>
  findings.map(
    ({ level, rule, text, silenced }) =>
      `${silenced === undefined ? level : "silenced"} ${rule}: ${text}${silenced === undefined ? "" : ` (${silenced})`}`,
  );

function count(findings: Finding[], level: Finding["level"]): string {
  const { length } = findings.filter((finding) => finding.level === level);
  return `${length === 0 ? "no" : length} ${level}${length === 1 ? "" : "s"}`;
}
