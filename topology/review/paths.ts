import { type Difference, everyOther, type PathChange } from "../compare";

export interface PathLine {
  sign: "+" | "-";
  text: string;
}

/** Who gets whose rows no more, and who does now; losses first. */
export function pathLines({ paths }: Difference): PathLine[] {
  const of = ({ table, but }: PathChange) =>
    table === everyOther ? `every table${but.length > 0 ? ` but ${but.join(", ")}` : ""}` : table;
  return [
    ...paths.flatMap((path): PathLine[] =>
      path.lost.length === 0
        ? []
        : [{ sign: "-", text: `rows of ${of(path)} written on ${path.from} no longer reach ${path.lost.join(", ")}` }],
    ),
    ...paths.flatMap((path): PathLine[] =>
      path.gained.length === 0
        ? []
        : [{ sign: "+", text: `rows of ${of(path)} written on ${path.from} reach ${path.gained.join(", ")}` }],
    ),
  ];
}
