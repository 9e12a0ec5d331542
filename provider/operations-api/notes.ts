import { z } from "zod";
import type { HarperClient } from "./client";
import { HarperError } from "./errors";
import { type NotesOperation, notesDatabase, type RequestOf } from "./operations";

/** The server's, in milliseconds. */
const times = { __createdtime__: z.number(), __updatedtime__: z.number() };
const common = { id: z.string(), ...times };
const text = z.string().nullish();

/** Who writes to the instance at the moment. `lifetime` in seconds; `approved` is the topology that was found as expected. */
const leaseRow = z.object({
  ...common,
  kind: z.literal("lease"),
  who: z.string(),
  pid: z.number(),
  machine: z.string(),
  run: z.string(),
  stack: text,
  lifetime: z.number(),
  approved: text,
});

/** Which stack an object is of. `before` are URNs of its resources that have it no more, `within` ids of what would have it, too. */
const claimRow = z.object({
  ...common,
  kind: z.literal("claim"),
  object: z.string(),
  stack: z.string(),
  urn: text,
  before: z.array(z.string()).nullish(),
  whole: z.boolean().nullish(),
  within: z.array(z.string()).nullish(),
});

const noteRow = z.discriminatedUnion("kind", [leaseRow, claimRow]);
export type LeaseRow = z.output<typeof leaseRow>;
export type ClaimRow = z.output<typeof claimRow>;
export type Note = LeaseRow | ClaimRow;
/** As a row is written: the server adds the times. */
export type NewNote = Omit<LeaseRow, keyof typeof times> | Omit<ClaimRow, keyof typeof times>;

/**
 * A table of our own on one instance, which does not replicate (docs/others-at-work.md): `insert` and `update` answer the
 * keys that they skipped. It is made by the first who writes into it, and is never dropped.
 */
export class Notes {
  private readonly client: HarperClient;
  private readonly table: string;

  /** `nodeName` is what the instance reports of itself: in a full mesh its peers have an empty table of that name, too. */
  constructor(client: HarperClient, nodeName: string) {
    this.client = client;
    this.table = encodeURIComponent(nodeName);
  }

  /** All rows; none where there is no table. What is not a row of ours is left out. */
  async read(): Promise<Note[]> {
    const whole = { searchAttribute: "id", searchValue: "*", getAttributes: ["*"] };
    const rows = await this.client
      .send("search_by_value", { database: notesDatabase, table: this.table, ...whole })
      .catch((error: unknown) => {
        if (is(error, "notFound")) return [];
        throw error;
      });
    return rows.flatMap((row) => noteRow.safeParse(row).data ?? []);
  }

  /** Answers the keys that were there already. It is no lock: of those that come at once, several may be told that theirs was not. */
  async insert(records: NewNote[]): Promise<string[]> {
    try {
      return (await this.send("insert", { records })).skipped_hashes;
    } catch (error) {
      if (!is(error, "notFound")) throw error;
      await this.send("create_table", { primaryKey: "id", audit: false }).catch((failure: unknown) => {
        if (!is(failure, "exists")) throw failure;
      });
      return (await this.send("insert", { records })).skipped_hashes;
    }
  }

  /** Changes the columns that are given; answers the keys that were not there. */
  async update(records: Array<{ id: string } & Partial<NewNote>>): Promise<string[]> {
    return (await this.send("update", { records })).skipped_hashes;
  }

  /** What is gone already is gone. */
  async remove(ids: string[]): Promise<void> {
    if (ids.length > 0) await this.send("delete", { ids });
  }

  private send<N extends NotesOperation>(operation: N, request: Omit<RequestOf<N>, "database" | "table">) {
    return this.client.send(operation, { database: notesDatabase, table: this.table, ...request } as RequestOf<N>);
  }
}

const is = (error: unknown, code: string) => error instanceof HarperError && error.code === code;
