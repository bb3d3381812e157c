// Repeats a spot-check draw from its document alone: node repeat_draw.js draw.json prints the drawn codes, a line each.
const { createHash } = require("crypto");
const sha = (text) => createHash("sha256").update(text, "utf8").digest("hex");
const draw = JSON.parse(require("fs").readFileSync(process.argv[2], "utf8"));
const bytes = (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b));
const [whole, part = ""] = draw.ratio.split(".");
const [over, under] = [BigInt(whole + part), 10n ** BigInt(part.length)];
const strata = new Map();
for (const one of draw.population) strata.set(one.stratum, [...(strata.get(one.stratum) || []), one.organization]);
for (const name of [...strata.keys()].sort(bytes)) {
  const tickets = strata.get(name).map((code) => [sha(draw.seed + "\n" + code), code]).sort((a, b) => bytes(a[0], b[0]));
  const count = (over * BigInt(tickets.length) + under - 1n) / under;
  for (const [ticket, code] of tickets.slice(0, Number(count > 0n ? count : 1n))) console.log(name + "\t" + code + "\t" + ticket);
}
const lines = draw.population.map((one) => one.organization + "\t" + one.stratum + "\n").sort(bytes).join("");
console.log(sha(lines) === draw.population_digest ? "digest agrees" : "digest differs");
