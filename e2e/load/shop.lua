-- What wrk asks: wrk … -s shop.lua URL -- mode count options…
--
--   grab    product first key         a shopper each, by the gateway's word; count from the shopper numbered first on. key: yes or no
--   token   product file              a shopper each, with the bearer tokens in a file, one a line
--   mixed   product first shoppers    each clicks twice with one key, again and again, until count requests are sent
--   post    path body                 the same request again and again
--   get     path headers…             the same, each header as Name:value
--   status  file                      "seckill id, user" on each line of a file, in turn
--
-- With a count of 0 until time is over. Otherwise exactly so many are sent and all are answered: a connection whose turn comes after the last
-- one sends the beginning of a request and waits. Then "sent" is said, once, and the one who started wrk ends it.

local ffi = require('ffi')
ffi.cdef [[ typedef struct { long s; long ns; } moment_t; int clock_gettime(int, moment_t *); ]]
local moment = ffi.new('moment_t')
local function now()
    ffi.C.clock_gettime(1, moment)
    return tonumber(moment.s) + tonumber(moment.ns) / 1e9
end

local gateway_key = os.getenv('GATEWAY_KEY') or ''
local make
count, first_at, last_at = 0, 0, 0   -- asked for by done, from another Lua state
local sent = -1                            -- the first request is only looked at by wrk, never sent
local threads = {}

local function head(method, path)
    return method .. ' ' .. path .. ' HTTP/1.1\r\nHost: ' .. wrk.host .. ':' .. wrk.port .. '\r\n'
end

local function body_of(product)
    local body = '{"productId":"' .. product .. '","quantity":1}'
    return 'Content-Type: application/json\r\nContent-Length: ' .. #body .. '\r\n\r\n' .. body
end

local function lines_of(file)
    local lines = {}
    for line in io.lines(file) do lines[#lines + 1] = line end
    return lines
end

local modes = {}

function modes.grab(product, first, key)
    local before, after = head('POST', '/api/seckill') .. 'Gateway-Key: ' .. gateway_key .. '\r\nUser-Id: ', '\r\n' .. body_of(product)
    first = tonumber(first) - 1
    if key == 'yes' then
        local between = '\r\nIdempotency-Key: click-'
        return function(i) return before .. (first + i) .. between .. i .. after end
    end
    return function(i) return before .. (first + i) .. after end
end

function modes.token(product, file)
    local before, after = head('POST', '/api/seckill') .. 'Authorization: Bearer ', '\r\n' .. body_of(product)
    local between = '\r\nIdempotency-Key: click-'
    local tokens = lines_of(file)
    return function(i) return before .. tokens[(i - 1) % #tokens + 1] .. between .. i .. after end
end

function modes.mixed(product, first, shoppers)
    local before, after = head('POST', '/api/seckill') .. 'Gateway-Key: ' .. gateway_key .. '\r\nUser-Id: ', '\r\n' .. body_of(product)
    local between = '\r\nIdempotency-Key: click-'
    shoppers = tonumber(shoppers)
    return function(i)
        local click = math.floor((i - 1) / 2)
        return before .. (first + click % shoppers) .. between .. math.floor(click / shoppers) .. after
    end
end

function modes.post(path, body)
    local request = head('POST', path) .. 'Content-Type: application/json\r\nContent-Length: ' .. #body .. '\r\n\r\n' .. body
    return function() return request end
end

function modes.get(path, ...)
    local lines = head('GET', path)
    for _, header in ipairs({ ... }) do lines = lines .. header:gsub(':', ': ', 1) .. '\r\n' end
    local request = lines .. '\r\n'
    return function() return request end
end

function modes.status(file)
    local requests = {}
    for i, line in ipairs(lines_of(file)) do
        local id, user = line:match('(%d+),(%d+)')
        requests[i] = head('GET', '/api/seckill/' .. id) .. 'Gateway-Key: ' .. gateway_key .. '\r\nUser-Id: ' .. user .. '\r\n\r\n'
    end
    return function(i) return requests[(i - 1) % #requests + 1] end
end

function setup(thread) threads[#threads + 1] = thread end

function init(args)
    count = tonumber(args[2])
    make = modes[args[1]](unpack(args, 3))
end

function request()
    if sent == 0 then first_at = now() end
    if sent < 0 then
        sent = 0
        return make(1)
    end
    if count > 0 and sent >= count then
        last_at = now()
        if sent == count then
            sent = sent + 1
            io.write('sent\n')
            io.flush()
        end
        return 'GET '
    end
    sent = sent + 1
    return make(sent)
end

function done(summary, latency)
    local thread = threads[1]
    local seconds = summary.duration / 1e6
    if thread:get('count') ~= 0 then seconds = thread:get('last_at') - thread:get('first_at') end
    local errors = summary.errors
    io.write(string.format('result %d %.6f %d %d %d %d %.2f\n', summary.requests, seconds, errors.status,
        errors.connect + errors.read + errors.write + errors.timeout, latency:percentile(50), latency:percentile(99), os.clock()))
end
