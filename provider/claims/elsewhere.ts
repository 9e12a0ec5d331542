import { type ClaimRow, type HarperClient, Notes } from "../operations-api";
import type { Context } from "../resource";
import { type Claimant, type Claimed, claimOf, inTheWay } from "./claim";
import type { Desks } from "./desks";
import { ClaimRows } from "./rows";

const freshMs = 2000;
const readClaims = async (client: HarperClient) =>
  new ClaimRows(await new Notes(client, await client.nodeName()).read());

/** The claim of another stack that is in the way, on either end. For preview: refuses only by what is fresh. */
export async function claimedElsewhere(
  { resource, id, inputs }: Claimed,
  by: Claimant,
  desks: Desks,
  context: Context,
): Promise<ClaimRow | undefined> {
  const claim = claimOf(resource, id, resource.isWhole?.(inputs) ?? false);
  const conflict = (rows: ClaimRows) => inTheWay(rows.others(by.stack), claim, by);
  for (const { client } of await desks.endsOf(resource, id, context)) {
    const share = () => client.look({ key: "claims", maxAgeMs: freshMs, read: readClaims });
    const row = conflict(await client.shareLast("claims", (last: ClaimRows) => !conflict(last), share));
    if (row) return row;
  }
  return undefined;
}
