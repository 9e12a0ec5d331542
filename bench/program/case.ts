import { readFileSync } from "node:fs";
import { join } from "node:path";

interface Case {
  members: { name: string; hub: string; tables: string[] }[];
  inline: boolean;
  changed: boolean;
  connections: Record<string, { endpoint: string; username: string; password: string }>;
}

/** What the bench wants declared. */
export const { members, inline, changed, connections }: Case = JSON.parse(
  readFileSync(join(__dirname, "declared.json"), "utf8"),
);

/** Both ways, but for the one edge that is changed. */
export const edgesOf = ({ name, tables }: Case["members"][number]) =>
  tables.map((table, index) => ({
    database: "shop",
    table,
    publish: !(changed && name === members[0].name && index === tables.length - 1),
  }));
