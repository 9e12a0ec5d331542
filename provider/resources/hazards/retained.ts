import type { Context } from "../../resource";
import type { NodeInputs } from "../node-fields";

/** `retain_authorization`: whose credentials lie where, and what is to be done about it. Names no credential. */
export function tellOfRetained(
  { peer, hostname, url, authorization }: Partial<NodeInputs>,
  { at, tell }: Pick<Context, "at" | "tell">,
): void {
  const node = hostname ?? url ?? peer ?? "the peer";
  const whose =
    authorization !== undefined
      ? "given in `authorization`"
      : peer !== undefined
        ? `that harper:instances has for ${peer}`
        : "of the peer";
  tell(
    "warning",
    `retainAuthorization: the credentials ${whose}, a super_user of ${node}, are kept in clear on ${at.name} and ${node}, and on every member of a full mesh: in cluster_status and in the table system.hdb_nodes, their backups and their audit log. Every super_user of any of these instances can read them. Taking the option away takes nothing out: change that user's password on ${node} afterwards.`,
  );
}
