import { OperationError } from "./errors";
import type { Instance } from "./instance";
import type { Fields } from "./store";
import type { User } from "./types";

export interface Login {
  user?: User;
  /** Why nobody is logged in. */
  error: string;
}

/** The value of an Authorization header against the instance's users and tokens. */
export function authenticate(instance: Instance, header: string | undefined): Login {
  const [scheme = "", value = ""] = (header ?? "").split(" ");
  if (scheme === "Bearer") {
    const user = instance.users.get(instance.tokens.get(value) ?? "");
    return user ? { user, error: "" } : { error: "invalid token" };
  }
  if (scheme !== "Basic" || value === "") return { error: "Must login" };
  const [username = "", ...rest] = Buffer.from(value, "base64").toString().split(":");
  const user = instance.users.get(username);
  if (user?.password !== rest.join(":")) return { error: "Login failed" };
  return user.active ? { user, error: "" } : { error: "Cannot complete request: User is inactive" };
}

export function userInfo(_instance: Instance, _body: Fields, user: User) {
  const role = user.superUser ? "super_user" : "standard";
  const permission = { super_user: user.superUser };
  return { active: user.active, username: user.username, role: { permission, role, id: role } };
}

/** The one operation that logs in by its body. */
export function createTokens(instance: Instance, body: Fields, user: User | undefined) {
  const named = body.username === undefined ? user : instance.users.get(String(body.username));
  const known = named !== undefined && (body.username === undefined || named.password === body.password);
  if (!known) throw new OperationError(user || body.username ? "invalid credentials" : "Must login", 401);
  const token = (kind: string) => {
    const claims = { username: named.username, kind, at: instance.cluster.clock.now() };
    return `fake.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.${instance.process.pid}`;
  };
  const operation_token = token("operation");
  instance.tokens.set(operation_token, named.username);
  return { operation_token, refresh_token: token("refresh") };
}

/** Users are records of the system database: full replication spreads them. */
export function addUser(instance: Instance, body: Fields) {
  const { username, password, active = true } = body;
  const superUser = body.role === "super_user";
  for (const { users } of instance.cluster.mirrorsOf(instance)) {
    users.set(String(username), {
      username: String(username),
      password: String(password),
      superUser,
      active: active === true,
    });
  }
  return `${username} successfully added`;
}

export function alterUser(instance: Instance, { username, password, active }: Fields) {
  const found = instance.users.has(String(username));
  for (const { users } of instance.cluster.mirrorsOf(instance)) {
    const user = users.get(String(username));
    if (user && typeof password === "string") user.password = password;
    if (user && typeof active === "boolean") user.active = active;
  }
  const [updated, skipped] = found ? [[username], []] : [[], [username]];
  return {
    message: `updated ${updated.length} of 1 records`,
    txn_time: 0,
    update_hashes: updated,
    skipped_hashes: skipped,
  };
}

export function dropUser(instance: Instance, { username }: Fields) {
  if (!instance.users.has(String(username))) throw new OperationError(`User ${username} does not exist`, 404);
  for (const { users } of instance.cluster.mirrorsOf(instance)) users.delete(String(username));
  return `${username} successfully deleted`;
}
