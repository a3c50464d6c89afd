-- Sends the request of a file again and again. Where the file says NUMBER, the number of one of `count` skills is put, at random.
-- Arguments: the file, and the count. At the end a line of JSON says what came of it; times are in microseconds.
local parts, count = {}, 1

function init(arguments)
  local file = io.open(arguments[1], "rb")
  local text = file:read("*a")
  file:close()
  count = tonumber(arguments[2])
  math.randomseed(os.time())
  local from = 1
  while true do
    local first, last = string.find(text, "NUMBER", from, true)
    if not first then break end
    parts[#parts + 1] = string.sub(text, from, first - 1)
    from = last + 1
  end
  parts[#parts + 1] = string.sub(text, from)
end

function request()
  return table.concat(parts, string.format("%06d", math.random(0, count - 1)))
end

function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format('\nJSON {"requests": %d, "microseconds": %d, "p50": %d, "p99": %d, "failed": %d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    errors.status + errors.connect + errors.read + errors.write + errors.timeout))
end
