import type { MetadataRoute } from "next";
import { env } from "@/lib/env";

export const dynamic = "force-dynamic";

export default function robots(): MetadataRoute.Robots {
  return {
    // A sample academy is nothing to be found by a search engine.
    rules: env().EMBEDDED
      ? { userAgent: "*", disallow: "/" }
      : {
          userAgent: "*",
          allow: "/",
          disallow: ["/admin", "/teach", "/family", "/student", "/calendar", "/enroll", "/api"],
        },
    sitemap: `${env().SITE_URL}/sitemap.xml`,
  };
}
