import { addNodeBack, type BackAnswer } from "./add-node-back";
import { badRequest, OperationError } from "./errors";
import type { Instance } from "./instance";
import { ensureNode, ownRecord } from "./node-records";
import { type Credentials, reach, urlOf } from "./reach";
import type { Fields } from "./store";
import type { NodeRecord, Subscription } from "./types";
import { rules, validate } from "./validation";

const swap = (subscription: Subscription): Subscription => {
  const { subscribe, publish } = subscription;
  const mirrored: Fields = { ...subscription, subscribe: publish, publish: subscribe };
  for (const key of ["subscribe", "publish"]) if (mirrored[key] === undefined) delete mirrored[key];
  return mirrored;
};

const hostOf = (url: string) => {
  try {
    return new URL(url).hostname;
  } catch {
    throw new Error("Invalid URL");
  }
};

const nodeSchema = {
  hostname: rules.string,
  verify_tls: rules.boolean,
  replicates: rules.boolean,
  subscriptions: rules.array,
  revoked_certificates: rules.array,
  shard: rules.number,
};

/** add_node, update_node and remove_node are one function in the server. */
export async function setNode(instance: Instance, body: Fields): Promise<string> {
  if (!instance.replicates) throw badRequest("Clustering must be enabled to perform this operation.");
  const request: Fields = { ...body };
  if (request.node_name && !request.hostname) request.hostname = request.node_name;
  let url = request.url as string;
  if (url) request.hostname ??= hostOf(url);
  else url = urlOf(request.hostname);
  validate(request, nodeSchema);
  const hostname = request.hostname as string | undefined;
  if (request.operation === "remove_node") return removeNode(instance, hostname);

  const back: Fields = {
    hostname: instance.name,
    url: instance.url,
    csr: instance.certificate.selfSigned,
    authority: instance.certificate.issuer,
    authorization: request.retain_authorization ? request.authorization : null,
    shard: instance.shard,
    subscriptions: (request.subscriptions as Subscription[] | undefined)?.map(swap) ?? null,
  };
  const credentials = credentialsOf(request.authorization);
  if (credentials) request.authorization = credentials.header;

  let answer: BackAnswer | undefined;
  let failure: string | undefined;
  try {
    const target = await reach(instance, url, { credentials, verifyTls: request.verify_tls !== false });
    answer = addNodeBack(target, back);
  } catch (error) {
    failure = `Error returned from ${url}: ${(error as Error).message}`;
  }
  if (back.csr) {
    if (failure || !answer) throw new OperationError(`${failure} and connection was required to sign certificate`);
    instance.certificate = { issuer: answer.signingAuthority, selfSigned: false };
    instance.trusted.add(answer.signingAuthority);
  }
  writeLocal(instance, request, url, answer);
  const done =
    request.operation === "update_node" ? `Successfully updated '${url}'` : `Successfully added '${url}' to cluster`;
  return failure ? `${done} but there was an error updating target node: ${failure}` : done;
}

function writeLocal(instance: Instance, request: Fields, url: string, answer: BackAnswer | undefined): void {
  const record: Fields = { url, ca: answer?.ca };
  if (request.hostname) record.name = request.hostname;
  if (request.subscriptions) record.subscriptions = request.subscriptions;
  else record.replicates = true;
  const start = request.start_time;
  if (start) record.start_time = typeof start === "string" ? new Date(start).getTime() : start;
  if (request.retain_authorization) record.authorization = request.authorization;
  if (request.revoked_certificates) record.revoked_certificates = request.revoked_certificates;
  if (answer?.shard !== undefined) record.shard = answer.shard;
  else if (request.shard !== undefined) record.shard = request.shard;
  if (record.replicates) {
    const own = ownRecord(instance);
    if (request.retain_authorization) own.authorization = request.authorization;
    if (start) own.start_time = start;
    ensureNode(instance, instance.name, own);
  }
  ensureNode(instance, answer?.name ?? (record.name as string | undefined) ?? hostOf(url), record);
}

async function removeNode(instance: Instance, hostname: string | undefined): Promise<string> {
  // `get(undefined)` finds something in the server too, and `delete(undefined)` deletes everything.
  const record = hostname === undefined ? {} : instance.nodes.get(hostname);
  if (!record) throw badRequest(`${hostname} does not exist`);
  const { url, subscriptions } = record as Partial<NodeRecord>;
  try {
    const target = await reach(instance, url, { verifyTls: true });
    const name = subscriptions && subscriptions.length > 0 ? instance.name : hostname;
    if (name !== undefined) target.store.write("system", "hdb_nodes", "delete", name, null);
  } catch {
    // The server only logs it: the peer's side stays.
  }
  const names = hostname === undefined ? [...instance.nodes.keys()] : [hostname];
  for (const name of names) instance.store.write("system", "hdb_nodes", "delete", name, null);
  return `Successfully removed '${hostname}' from cluster`;
}

function credentialsOf(authorization: unknown): Credentials | undefined {
  if (typeof authorization === "string") return { header: authorization };
  const { username, password } = (authorization ?? {}) as Fields;
  if (!username || !password) return undefined;
  return { header: `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}` };
}
