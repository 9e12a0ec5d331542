import type { Command } from "commander";
import { attentionIn, auditOf } from "../../topology/audit/audit.js";
import { readAudited } from "../../topology/audit/live.js";
import { readLog } from "../audit/log.js";
import { textOf } from "../audit/text.js";
import { addWhereabouts, asking, fromProject, readInstances, type Whereabouts } from "../connections.js";
import { Failure, Found } from "../failure.js";
import { countOf, readApplied } from "../history/applied.js";
import { stackName } from "../history/name.js";
import { print, say } from "../terminal.js";

export function addAudit(program: Command): void {
  addWhereabouts(
    program
      .command("audit")
      .description(
        "Say for each update who changed what: what was asked, called, answered and read back; exits with 3 if a call has no answer or no update accounts for it",
      )
      .option("--log <file>", "the audit log (default: harper:auditLog of the stack)")
      .option("--last <count>", "list so many updates", "20")
      .option("-j, --json", "print it as JSON")
      .option("--no-live", "ask no instance for its version, certificates and kept credentials"),
  )
    .addHelpText(
      "after",
      `
What others changed on the instances is in no log of ours: \`pulumi-harper drift\` finds it.

Examples:
  $ pulumi config set harper:auditLog audit.jsonl
  $ pulumi-harper audit
  $ pulumi-harper audit --stack prod --last 5 --json
  $ pulumi-harper audit --log /var/log/harper/audit.jsonl --no-live`,
    )
    .action(audit);
}

interface Flags extends Whereabouts {
  log?: string;
  last: string;
  json?: boolean;
  live: boolean;
}

async function audit({ log: named, last, json, live: asks, ...where }: Flags) {
  const count = countOf(last);
  const configured = named === undefined ? (await fromProject(where.stack)).auditLog : undefined;
  const log = readLog(named, configured);
  const [{ project, name }, { applied, updates, older }, live] = await Promise.all([
    stackName(where.stack),
    readApplied(where.stack, count),
    asks ? liveNow(where) : undefined,
  ]);
  const report = auditOf({ stack: `${project}/${name}`, applied, updates, log, live });
  if (json) print(JSON.stringify(report, null, 2));
  else print(textOf(report));
  for (const one of live?.silent ?? []) say(`not asked: ${one.name}: ${one.problem}`);
  if (report.log?.ofOthers) say(`${report.log.ofOthers} steps and calls of other stacks are left out`);
  if (older > 0) say(`${older} older updates: --last ${older + applied.length}`);
  const attention = attentionIn(report);
  if (attention.length > 0) throw new Found(`the log has ${attention.join(", ")}`);
  if (live && live.silent.length > 0) throw new Failure("not every instance could be asked");
}

const liveNow = async (where: Whereabouts) => asking(await readInstances(where), (instances) => readAudited(instances));
