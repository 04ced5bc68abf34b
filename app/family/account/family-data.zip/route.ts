import { download } from "@/lib/http/download";
import { readId } from "@/lib/ids";
import { exportFamily } from "@/lib/privacy/export-family";

export async function GET(request: Request) {
  const id = readId<"family">(new URL(request.url).searchParams.get("family"));
  return download(request, ["parent"], async (parent) => id && exportFamily(parent, id));
}
