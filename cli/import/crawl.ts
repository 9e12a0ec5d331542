import type { Settings } from "../../provider/config.js";
import {
  type Connection,
  cannotTell,
  connectionProblems,
  hostOf,
  type NodeRow,
  readEndpoint,
} from "../../provider/operations-api/index.js";
import { withInstances } from "../connections.js";
import { Misuse } from "../failure.js";
import { peersOf } from "../interruptions.js";
import { confirm, say } from "../terminal.js";

interface Member {
  reports: string;
  connection: Connection;
  peers: NodeRow[];
}

/**
 * The members that can be asked, by the names they report. Peers are tried only where the user says so, as credentials
 * are sent there: at the scheme and port of the first.
 */
export async function crawl(given: Connection[], flags: { tryPeers?: boolean; yes?: boolean }): Promise<Settings> {
  const found = new Map<string, Member>();
  for (const connection of given) note(await ask(connection), found);
  const [first] = given;
  if (flags.tryPeers && first) await tryPeers(first, found, flags.yes);
  const instances = [...found.values()].map(({ reports, connection }) => [reports, connection]);
  return { instances: Object.fromEntries(instances), unverified: "keep" };
}

function note(member: Member, found: Map<string, Member>): void {
  const key = member.reports.toLowerCase();
  if (found.has(key)) say(`${member.connection.endpoint} is ${member.reports}, too, and is left out`);
  else found.set(key, member);
}

/** Round by round, as a new member may know more. */
async function tryPeers(first: Connection, found: Map<string, Member>, yes?: boolean): Promise<void> {
  const seen = new Set<string>();
  for (;;) {
    const places = placesOf(first, found).filter(({ connection }) => !seen.has(connection.endpoint));
    for (const { connection } of places) seen.add(connection.endpoint);
    const safe = places.filter(isSafe);
    if (safe.length === 0) return;
    const list = safe.map(({ connection, node }) => `  ${connection.endpoint} (${node})`).join("\n");
    say(`these are asked with the credentials of ${first.endpoint}:\n${list}`);
    await confirm("Send them there?", yes);
    for (const place of safe) await tryPeer(place, found);
  }
}

function isSafe({ connection, node }: Place): boolean {
  const [problem] = connectionProblems(connection);
  if (problem) say(`${node} is not tried: ${connection.endpoint} ${problem.reason}`);
  return problem === undefined;
}

async function tryPeer({ connection, node }: Place, found: Map<string, Member>): Promise<void> {
  try {
    const member = await ask(connection);
    if (member.reports.toLowerCase() === node.toLowerCase()) note(member, found);
    else say(`${connection.endpoint} reports to be ${member.reports}, not ${node}, and is left out`);
  } catch (error) {
    if (!cannotTell(error) || error.code === "cancelled") throw error;
    say(`${node} is not reached: ${error.message}`);
  }
}

interface Place {
  connection: Connection;
  node: string;
}

/** Where the operations APIs of those would be that are known and were not asked. */
function placesOf(first: Connection, found: Map<string, Member>): Place[] {
  // These are of the first alone.
  const { endpoint, certificateFingerprint, authoritySerial, gone, ...shared } = first;
  const { socketPath } = readEndpoint(endpoint);
  if (socketPath !== undefined)
    throw new Misuse(`--try-peers: a domain socket (${endpoint}) does not say where peers are`);
  const rows = [...found.values()].flatMap(({ peers }) => peers);
  const unasked = rows.filter(({ name }) => !found.has(name.toLowerCase()));
  const places = unasked.flatMap(({ name, url }) => {
    const host = hostOf(url ?? "");
    if (!host) return [];
    const at = new URL(endpoint);
    at.hostname = host.includes(":") ? `[${host}]` : host;
    return { connection: { ...shared, endpoint: at.origin }, node: name };
  });
  return [...new Map(places.map((place) => [place.connection.endpoint, place])).values()];
}

async function ask(connection: Connection): Promise<Member> {
  const { name } = readEndpoint(connection.endpoint);
  return withInstances({ instances: { [name]: connection }, unverified: "keep" }, async (instances) => {
    const at = instances.at(name);
    const member = { reports: await at.client.nodeName(), connection, peers: await peersOf(at) };
    say(
      `${connection.endpoint} is ${member.reports}, and knows ${member.peers.map((peer) => peer.name).join(", ") || "nobody"}`,
    );
    return member;
  });
}
