import { accessSync, appendFileSync, constants, existsSync, statSync } from "node:fs";
import { dirname, isAbsolute, join, resolve } from "node:path";
import type { AuditLog } from "../audit";
import { HarperError } from "../operations-api";

/** Who may read a file that is made: as of Vault's audit device, its owner alone. */
const mode = 0o600;

/** Lines in a file, to which others may append, too. It is opened for each, so that it can be moved away at any time. */
export class AuditFile implements AuditLog {
  readonly name: string;
  readonly by: string;
  /** A line that was written in part ends where the next one begins. */
  private isTorn = false;

  /** Throws where nothing could be written. */
  constructor(path: string, by: string) {
    const problem = auditProblem(path);
    if (problem)
      throw new HarperError("notLogged", {
        operation: "configuration",
        instance: "pulumi-harper",
        problem: `harper:auditLog ${problem}`,
      });
    this.name = auditPath(path);
    this.by = by;
  }

  append(line: string): void {
    const whole = this.isTorn ? `\n${line}` : line;
    this.isTorn = true;
    appendFileSync(this.name, whole, { mode });
    this.isTorn = false;
  }
}

/** The log that the settings name. */
export const auditFileOf = ({ auditLog }: { auditLog?: string | undefined }, by: string): AuditFile | undefined =>
  auditLog === undefined ? undefined : new AuditFile(auditLog, by);

/** Where a log is: a relative path is relative to the project. */
export const auditPath = (path: string, folder = process.cwd()): string =>
  isAbsolute(path) ? path : join(projectFolder(folder) ?? folder, path);

/** Why a line could not be written; nothing is made. */
export function auditProblem(path: string): string | undefined {
  const file = auditPath(path);
  try {
    const isThere = existsSync(file);
    if (isThere && statSync(file).isDirectory()) return `is a folder: ${file}`;
    accessSync(isThere ? file : dirname(file), constants.W_OK);
    return undefined;
  } catch (error) {
    return `cannot be written: ${(error as Error).message} (${file})`;
  }
}

/** The folder of the project's description, here or above. */
function projectFolder(folder: string): string | undefined {
  if (["Pulumi.yaml", "Pulumi.yml", "Pulumi.json"].some((name) => existsSync(join(folder, name)))) return folder;
  const parent = dirname(resolve(folder));
  return parent === folder ? undefined : projectFolder(parent);
}
