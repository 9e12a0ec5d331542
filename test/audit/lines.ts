import { type AuditLine, auditLine } from "../../provider/audit/lines";

export type LineOf<E extends AuditLine["event"]> = Extract<AuditLine, { event: E }>;

/** The lines of a log, each as it is declared, by what they say. */
export function linesIn(text: string) {
  const all = text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => auditLine.parse(JSON.parse(line)));
  const of = <E extends AuditLine["event"]>(event: E) => all.filter((line): line is LineOf<E> => line.event === event);
  return { all, asked: of("asked"), calls: of("call"), answers: of("answer"), ended: of("ended") };
}

/** A log in memory, that can be made to refuse. */
export function memoryLog() {
  const written: string[] = [];
  const log = {
    name: "/srv/audit.jsonl",
    by: "a test",
    refused: [] as AuditLine["event"][],
    append(line: string) {
      if (log.refused.includes(auditLine.parse(JSON.parse(line)).event))
        throw new Error("ENOSPC: no space left on device");
      written.push(line);
    },
  };
  return { log, lines: () => linesIn(written.join("")) };
}
