import { type Difference, everyOther } from "../compare";

export interface PathLine {
  sign: "+" | "-";
  text: string;
}

/** Who gets whose rows no more, and who does now; losses first. */
export function pathLines({ paths }: Difference): PathLine[] {
  const of = (table: string) => (table === everyOther ? "every table" : table);
  return [
    ...paths.flatMap(({ table, from, lost }): PathLine[] =>
      lost.length === 0
        ? []
        : [{ sign: "-", text: `rows of ${of(table)} written on ${from} no longer reach ${lost.join(", ")}` }],
    ),
    ...paths.flatMap(({ table, from, gained }): PathLine[] =>
      gained.length === 0
        ? []
        : [{ sign: "+", text: `rows of ${of(table)} written on ${from} reach ${gained.join(", ")}` }],
    ),
  ];
}
