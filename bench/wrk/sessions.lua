-- The requests of one operation, as fast as wrk can send them.
--
--   wrk -s sessions.lua <url> -- <operation> <token> <threads> <item or ids>
--
-- The last argument is the library item for create, nothing for list and http-alone, and otherwise a file with
-- one session id a line. Each thread takes its own slice of it, so no two ask for the same session. A
-- deleted session cannot be deleted again: a thread that runs out reports it, and the run does not count.
--
-- wrk itself counts answers of 400 and above as errors. There is no response function to check the others: wrk
-- would call it, with a table of the headers, for every answer, and the run would measure mostly that.

local path = "/api/content/library/item/download-session"
local started = {}

function setup(thread)
  thread:set("index", #started)
  table.insert(started, thread)
end

local function slice(file, threads)
  local ids, line = {}, 0
  for id in io.lines(file) do
    if line % threads == index then ids[#ids + 1] = id end
    line = line + 1
  end
  return ids
end

function init(args)
  local operation, token, threads, subject = args[1], args[2], tonumber(args[3]), args[4]
  local headers = { ["vmware-api-session-id"] = token }
  ran_out = false

  headers["Host"] = wrk.headers["Host"]
  wrk.headers, wrk.path = headers, path
  -- Without a request function of its own, wrk formats these once.
  if operation == "http-alone" then
    wrk.path = "/health/live"
    return
  end
  if operation == "list" then return end
  if operation == "create" then
    headers["Content-Type"] = "application/json"
    wrk.method, wrk.body = "POST", '{"library_item_id":"' .. subject .. '"}'
    return
  end

  local method = ({ get = "GET", ["keep-alive"] = "POST", delete = "DELETE" })[operation]
  local query = operation == "keep-alive" and "?action=keep-alive" or ""
  local head, tail = wrk.format(method, path .. "/@" .. query, headers):match("^(.-)@(.*)$")
  local ids, next = slice(subject, threads), 0
  request = function()
    next = next + 1
    if next > #ids then
      next = 1
      if operation == "delete" then
        ran_out = true
        wrk.thread:stop()
      end
    end
    return head .. ids[next] .. tail
  end
end

function done(summary, latency, requests)
  local errors, out = summary.errors, false
  for _, thread in ipairs(started) do out = out or thread:get("ran_out") end
  io.write(string.format(
    '\n{"requests":%d,"micros":%d,"p50":%d,"p99":%d,"refused":%d,"broken":%d,"ranOut":%s}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    errors.status, errors.connect + errors.read + errors.write + errors.timeout, tostring(out)))
end
