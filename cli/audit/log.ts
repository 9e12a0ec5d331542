import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { auditPath } from "../../provider/frontends/audit-file.js";
import { Misuse } from "../failure.js";
import { say } from "../terminal.js";

/** The log that is named, else the one that the settings name. */
export function readLog(
  named: string | undefined,
  configured: string | undefined,
): { file: string; text: string } | undefined {
  if (named !== undefined && !existsSync(named)) throw new Misuse(`--log ${named}: there is no such file`);
  if (named === undefined && configured === undefined) {
    say("calls are not logged: `pulumi config set harper:auditLog FILE` has the next update log them (docs/audit.md)");
    return undefined;
  }
  const file = named === undefined ? auditPath(configured ?? "") : resolve(named);
  if (!existsSync(file)) say(`${file} is not there yet: nothing was called since harper:auditLog is set`);
  return { file, text: existsSync(file) ? readFileSync(file, "utf8") : "" };
}
