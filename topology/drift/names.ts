import { namesIn } from "../live/graph";
import type { Live } from "../live/snapshot";
import type { Topology } from "../model";

/** What instances are called, by what they report: as they are configured here, or else as the program calls them. */
export const callingNames = ({ instances }: Live, { members }: Topology): ((reported: string) => string) => {
  const declared = Object.entries(members).flatMap(([name, { reports }]) =>
    reports === undefined ? [] : [{ name, reports }],
  );
  return namesIn([...declared, ...instances]);
};
