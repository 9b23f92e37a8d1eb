/** Before every page and route: who may ask, and under which policy the answer runs. The decisions are in guard.ts. */
import { type NextRequest, NextResponse } from "next/server";
import { currentConfig } from "@/lib/config/current";
import { contentSecurityPolicy, refuse, securityHeaders } from "@/lib/config/guard";

export function proxy(request: NextRequest): Response {
  const asked = { path: request.nextUrl.pathname, header: (name: string) => request.headers.get(name) };
  const refusal = refuse(asked, currentConfig().listen);
  if (refusal) {
    const { status, ...body } = refusal;
    return Response.json(body, { status, headers: securityHeaders });
  }

  const nonce = Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString("base64");
  const policy = contentSecurityPolicy(nonce, process.env.NODE_ENV === "development");
  // Next reads the nonce from the policy of the *request* and writes it on its scripts.
  const headers = new Headers(request.headers);
  headers.set("content-security-policy", policy);
  headers.set("x-nonce", nonce);
  const response = NextResponse.next({ request: { headers } });
  for (const [name, value] of Object.entries(securityHeaders)) response.headers.set(name, value);
  response.headers.set("content-security-policy", policy);
  return response;
}

// Built assets are the same for everyone and hold nothing of an installation.
export const config = { matcher: "/((?!_next/static/).*)" };
