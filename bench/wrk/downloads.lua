-- Gets many files in turn, as fast as wrk can.
--
--   wrk -s downloads.lua <url> -- <threads> <paths>
--
-- The last argument is a file with one path a line. Each thread takes its own slice of it.

local started = {}

function setup(thread)
  thread:set("index", #started)
  table.insert(started, thread)
end

function init(args)
  local threads, paths, line, next = tonumber(args[1]), {}, 0, 0
  for path in io.lines(args[2]) do
    if line % threads == index then paths[#paths + 1] = wrk.format("GET", path) end
    line = line + 1
  end
  request = function()
    next = next % #paths + 1
    return paths[next]
  end
end

function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    '\n{"requests":%d,"micros":%d,"bytes":%d,"p50":%d,"p99":%d,"refused":%d,"broken":%d}\n',
    summary.requests, summary.duration, summary.bytes, latency:percentile(50), latency:percentile(99),
    errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
