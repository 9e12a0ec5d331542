import { compare } from "../compare";
import { marksOf } from "../show/marks";
import { mermaid } from "../show/mermaid";
import type { Review } from "./review";

/** By this line a workflow finds the comment that it wrote before. */
export const commentMark = "<!-- pulumi-harper review -->";

/** A review as a comment on a pull request. */
export function markdownOf(review: Review): string {
  const { headline, changes, paths, arrivals, restarts, lasting, program, said, findings, before, after, hash } =
    review;
  const marks = marksOf(compare(before, after));
  const parts = [
    commentMark,
    `## Harper topology: ${escaped(headline)}`,
    section("Changes", diff(changes.map(({ sign, what, text }) => `${sign === "~" ? "!" : sign} ${what} ${text}`))),
    section("Who gets whose rows", diff(paths.map(({ sign, text }) => `${sign} ${text}`))),
    section(
      "Rows that are there already",
      list(arrivals.map(({ edge, text }) => `\`${edge.replaceAll("`", "'")}\`: ${escaped(text)}.`)),
    ),
    section("Restarts and interruptions", list(restarts.map(escaped))),
    section("What cannot be undone", list((lasting ?? []).map((line) => `${escaped(line)}.`))),
    section("Change of the program", diff(program?.source ?? [])),
    section("Change of the configuration", shell(program?.configuration ?? [])),
    section("What the provider says", list(said.map(escaped))),
    section(
      "Checks",
      list(
        findings.map(
          ({ level, rule, text, silenced }) =>
            `${silenced === undefined ? `**${level}**` : "silenced"} \`${rule}\`: ${escaped(text)}${silenced === undefined ? "" : ` (${escaped(silenced)})`}`,
        ),
      ),
    ),
    changes.length === 0 ? "" : section("Before", fenced("mermaid", mermaid(before, marks.before))),
    changes.length === 0 ? "" : section("After", fenced("mermaid", mermaid(after, marks.after))),
    hash
      ? `The live topology is \`${hash}\`. With \`pulumi config set harper:expectedTopology ${hash}\`, \`pulumi up\` writes nothing once it has moved.`
      : "",
  ];
  return `${parts.filter(Boolean).join("\n\n")}\n`;
}

const section = (title: string, body: string) => body && `### ${title}\n\n${body}`;
const list = (lines: string[]) => lines.map((line) => `- ${line}`).join("\n");
const diff = (lines: string[]) => (lines.length === 0 ? "" : fenced("diff", lines.join("\n")));
const shell = (lines: string[]) => (lines.length === 0 ? "" : fenced("sh", lines.join("\n")));

/** A fence that is longer than any in the text. */
function fenced(language: string, text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

/** Names are the user's: none is to be a mention, a link or markup. */
const escaped = (text: string) =>
  text
    .replace(/[\\`*_<>|[\]]/g, "\\$&")
    .replace(/@/g, "@\u200b")
    .replace(/\n+/g, " ");
