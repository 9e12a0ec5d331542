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
    const username = instance.tokens.get(value);
    const user = username === undefined ? undefined : instance.users.get(username);
    return user ? { user, error: "" } : { error: "invalid token" };
  }
  if (scheme !== "Basic") return { error: "Must login" };
  const [username = "", ...rest] = Buffer.from(value, "base64").toString().split(":");
  const user = instance.users.get(username);
  if (!user?.active || user.password !== rest.join(":")) return { error: "Login failed" };
  return { user, error: "" };
}

export function userInfo(_instance: Instance, _body: Fields, user: User) {
  const role = user.superUser ? "super_user" : "standard";
  return {
    active: user.active,
    username: user.username,
    role: { permission: { super_user: user.superUser }, role, id: role },
  };
}

export function createTokens(instance: Instance, body: Fields, user: User) {
  const owner = (body.username as string | undefined) ?? user.username;
  const token = (kind: string) =>
    `${kind}.${Buffer.from(`${instance.name}:${owner}`).toString("base64url")}.${instance.tokens.size}`;
  const operation_token = token("operation");
  instance.tokens.set(operation_token, owner);
  return { operation_token, refresh_token: token("refresh") };
}

export function alterUser(instance: Instance, body: Fields) {
  const user = instance.users.get(String(body.username));
  if (user && typeof body.password === "string") user.password = body.password;
  return {
    message: "updated 1 of 1 records",
    new_attributes: [],
    txn_time: Date.now(),
    update_hashes: [body.username],
    skipped_hashes: [],
  };
}
