import { notesDatabase } from "../../provider/operations-api";
import type { LiveInstance } from "./snapshot";

/** The sockets that its records ask for: Harper lists those, too, over which rows only go out, as closed. */
export const receivingSockets = ({ sockets, peers }: LiveInstance): LiveInstance["sockets"] =>
  sockets.filter(({ peer, database }) => {
    if (database === notesDatabase) return false;
    const row = peers.find(({ name }) => name === peer);
    return row?.full || row?.subscriptions.some((edge) => edge.database === database && edge.subscribe);
  });
