/** Where a version of Harper does otherwise than 4.7.29, which the suite is written for: found by running the suite on it. */
export interface Differences {
  /** `revoked_certificates` are taken and not kept: that is said as `notApplied`. */
  revokedCertificates?: "not kept";
  /** A table that is added to a connected database flows at once; what the provider says is pending is so on 4.7 only. */
  addedTables?: "flow at once";
  /** The operation `restart` keeps the process, and with it what was bound; so instances are ended and started from outside. */
  restart?: "keeps the process";
}

const known: Record<string, Differences> = {
  "4.4": { revokedCertificates: "not kept", addedTables: "flow at once", restart: "keeps the process" },
};

export const differencesOf = (version: string): Differences => known[version.split(".", 2).join(".")] ?? {};
