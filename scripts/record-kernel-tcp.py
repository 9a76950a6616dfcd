#!/usr/bin/env python3
"""Records how the TCP of the running Linux kernel behaves in scripted exchanges, as decoded facts.

It owns the scripts, the wire between the two ends, and the decoding of what passes; it judges nothing. Two network
namespaces without names each get a TUN device; this process is the wire between them, so that it sees every segment,
delays each by the same time and loses exactly those that a script names. One thread does everything: a socket belongs
to the namespace in which it was made, whoever uses it later. When the process ends, nothing is left behind.

    python3 scripts/record-kernel-tcp.py [scenario ...]      (as root, Linux, Python 3.8 or later, iproute2)

writes test/drivers/sim/kernel/<scenario>.json, all of them without arguments.
"""
import ctypes
import errno
import fcntl
import heapq
import json
import os
import platform
import select
import socket
import struct
import subprocess
import sys
import time

TARGET = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'test', 'drivers', 'sim', 'kernel')
MTU = 1500
DELAY = 0.005
ADDRESS = {'client': '10.0.0.1', 'server': '10.0.0.2'}
PORT = {'client': 50000, 'server': 7000}
OTHER = {'client': 'server', 'server': 'client'}
CLONE_NEWNET = 0x40000000
TUNSETIFF = 0x400454CA
IFF_TUN, IFF_NO_PI = 0x0001, 0x1000

# What every scenario starts from. Nearer to Windows' defaults than Linux' own; none of it changes the shape of a segment
# except tcp_timestamps.
SYSCTLS = {
    'tcp_timestamps': '0',
    'tcp_sack': '1',
    'tcp_dsack': '0',
    'tcp_ecn': '0',
    'tcp_window_scaling': '1',
    'tcp_fastopen': '0',
    # RFC 5681's own; a namespace may not choose all others.
    'tcp_congestion_control': 'reno',
    # One acknowledgement for every segment that comes out of order, as RFC 5681 has it.
    'tcp_comp_sack_nr': '0',
    # No tail loss probes: only fast retransmission and the timer.
    'tcp_early_retrans': '0',
    'tcp_no_metrics_save': '1',
    'tcp_stdurg': '0',
    'tcp_syn_linear_timeouts': '0',
    # Every probe and every old segment gets its answer.
    'tcp_invalid_ratelimit': '0',
}


def do(what, who=None, **more):
    step = {'do': what}
    if who is not None:
        step['who'] = who
    step.update(more)
    return step


def wait(ms=300):
    return do('wait', ms=ms)


OPENING = [do('listen'), do('connect'), wait()]
CLIENT_CLOSES_FIRST = [do('close', 'client'), wait(), do('read', 'server', until='end'), do('close', 'server'), wait()]


def lose(sender, of, *ordinals):
    """Loses the named ones of the sender's segments of a kind, counted from 1."""
    return {'from': sender, 'of': of, 'ordinals': list(ordinals)}


SCENARIOS = {
    'echo-and-close': {
        'what': 'handshake, the client sends 10 bytes, the server sends 10 back, the client closes, then the server',
        'script': OPENING
        + [do('send', 'client', bytes=10), do('read', 'server', bytes=10), do('send', 'server', bytes=10)]
        + [do('read', 'client', bytes=10), wait()]
        + CLIENT_CLOSES_FIRST,
    },
    'echo-with-timestamps': {
        'what': 'the same with the timestamps option switched on at both ends',
        'sysctls': {'tcp_timestamps': '1'},
        'script': OPENING
        + [do('send', 'client', bytes=10), do('read', 'server', bytes=10), do('send', 'server', bytes=10)]
        + [do('read', 'client', bytes=10), wait()]
        + CLIENT_CLOSES_FIRST,
    },
    'closed-port': {
        'what': 'connect to a port where nobody listens',
        'script': [do('connect'), wait()],
    },
    'close-with-unread-data': {
        'what': 'the server closes while 10 bytes that it has not read are there',
        'script': OPENING + [do('send', 'client', bytes=10), wait(), do('close', 'server'), wait(), do('read', 'client', until='end')],
    },
    'data-after-close': {
        'what': 'the server closes with nothing unread; the client, which has not closed, then sends 10 bytes',
        'script': OPENING
        + [do('close', 'server'), wait(), do('send', 'client', bytes=10), wait(), do('read', 'client', until='end')],
    },
    'abort': {
        'what': 'data each way, then the client closes with SO_LINGER 0',
        'script': OPENING
        + [do('send', 'client', bytes=10), do('read', 'server', bytes=10), do('send', 'server', bytes=20)]
        + [do('read', 'client', bytes=20), wait(), do('abort', 'client'), wait(), do('read', 'server', until='end')],
    },
    'abort-unheard': {
        'what': 'the client aborts and its RST is lost; the server, half open now, sends 10 bytes',
        'loss': [lose('client', 'rst', 1)],
        'script': OPENING
        + [do('send', 'client', bytes=7), do('read', 'server', bytes=7), wait(), do('abort', 'client'), wait()]
        + [do('send', 'server', bytes=10), wait(), do('read', 'server', until='end')],
    },
    'half-close': {
        'what': 'the client sends 10 bytes and shuts down sending; the server answers with 5000 bytes and closes',
        'script': OPENING
        + [do('send', 'client', bytes=10), do('shutdown', 'client'), wait(), do('read', 'server', until='end')]
        + [do('send', 'server', bytes=5000), do('read', 'client', bytes=5000), wait(), do('close', 'server')]
        + [do('read', 'client', until='end'), do('close', 'client'), wait()],
    },
    'simultaneous-close': {
        'what': 'both ends close in the same instant, so that the FINs cross',
        'script': OPENING + [do('close', 'client'), do('close', 'server'), wait()],
    },
    'bulk-one-lost': {
        'what': 'the client sends 102400 bytes at once; the 20th data segment is lost',
        'loss': [lose('client', 'data', 20)],
        'script': OPENING + [do('send', 'client', bytes=102400), do('read', 'server', bytes=102400), wait()] + CLIENT_CLOSES_FIRST,
    },
    'bulk-two-lost': {
        'what': 'the same with the 20th and the 23rd lost: two holes, hence two SACK blocks, the latest first',
        'loss': [lose('client', 'data', 20, 23)],
        'script': OPENING + [do('send', 'client', bytes=102400), do('read', 'server', bytes=102400), wait()] + CLIENT_CLOSES_FIRST,
    },
    'last-segment-lost': {
        'what': 'the client sends five full segments, the last of which is lost: only the timer can help',
        'loss': [lose('client', 'data', 5)],
        'script': OPENING + [do('send', 'client', bytes=7300), do('read', 'server', bytes=7300), wait()] + CLIENT_CLOSES_FIRST,
    },
    'last-two-lost': {
        'what': 'the client sends five full segments, the last two of which are lost: the timer sends the first of them again',
        'loss': [lose('client', 'data', 4, 5)],
        'script': OPENING + [do('send', 'client', bytes=7300), do('read', 'server', bytes=7300), wait()] + CLIENT_CLOSES_FIRST,
    },
    'last-two-lost-probed': {
        'what': 'the same with tail loss probes (RFC 8985) left on, as Linux has them: the probe is the last segment',
        'sysctls': {'tcp_early_retrans': '3'},
        'loss': [lose('client', 'data', 4, 5)],
        'script': OPENING + [do('send', 'client', bytes=7300), do('read', 'server', bytes=7300), wait()] + CLIENT_CLOSES_FIRST,
    },
    'syn-lost': {
        'what': 'the first SYN is lost',
        'loss': [lose('client', 'syn', 1)],
        'script': OPENING + CLIENT_CLOSES_FIRST,
    },
    'syn-ack-lost': {
        'what': 'the first SYN and ACK of the server is lost',
        'loss': [lose('server', 'syn', 1)],
        'script': OPENING + [wait(1500)] + CLIENT_CLOSES_FIRST,
    },
    'fin-lost': {
        'what': 'the first FIN of the client is lost',
        'loss': [lose('client', 'fin', 1)],
        'script': OPENING
        + [do('send', 'client', bytes=10), do('read', 'server', bytes=10), wait(), do('close', 'client')]
        + [do('read', 'server', until='end'), wait(), do('close', 'server'), wait()],
    },
    'urgent': {
        'what': 'the client sends 5 bytes, one urgent byte, 5 bytes; then an urgent byte alone',
        'script': OPENING
        + [do('send', 'client', bytes=5), wait(), do('urgent', 'client', byte=33), wait()]
        + [do('send', 'client', bytes=5), wait(), do('urgent', 'client', byte=34), wait()]
        + [do('read', 'server', bytes=10), do('shutdown', 'client'), wait(), do('read', 'server', until='end')]
        + [do('close', 'server'), do('close', 'client'), wait()],
    },
    'zero-window': {
        'what': 'the client sends 60000 bytes to a server with a small receive buffer that reads nothing, then everything',
        'script': [do('listen', receiveBuffer=7300), do('connect'), wait(), do('send', 'client', bytes=60000), wait(2000)]
        + [do('read', 'server', bytes=60000), wait()]
        + CLIENT_CLOSES_FIRST,
    },
    'keep-alive': {
        'what': 'an idle connection with keep-alive of the client after 1 s, every 1 s',
        'script': OPENING
        + [do('send', 'client', bytes=10), do('read', 'server', bytes=10), wait()]
        + [do('keepAlive', 'client', idleMs=1000, intervalMs=1000), wait(2700)]
        + CLIENT_CLOSES_FIRST,
    },
}

libc = ctypes.CDLL(None, use_errno=True)


def system(result):
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


class Namespace:
    """A network namespace with one TUN device, the other end of which we hold."""

    def __init__(self, who, sysctls):
        home = os.open('/proc/thread-self/ns/net', os.O_RDONLY)
        system(libc.unshare(CLONE_NEWNET))
        self.handle = os.open('/proc/thread-self/ns/net', os.O_RDONLY)
        self.tun = os.open('/dev/net/tun', os.O_RDWR | os.O_NONBLOCK)
        fcntl.ioctl(self.tun, TUNSETIFF, struct.pack('16sH22x', b'wire', IFF_TUN | IFF_NO_PI))
        for name, value in sysctls.items():
            with open('/proc/sys/net/ipv4/' + name, 'w') as file:
                file.write(value)
        with open('/proc/sys/net/ipv6/conf/all/disable_ipv6', 'w') as file:
            file.write('1')
        for command in (
            'ip link set lo up',
            'ip link set wire mtu %d up' % MTU,
            'ip address add %s/24 dev wire' % ADDRESS[who],
        ):
            subprocess.run(command.split(), check=True)
        system(libc.setns(home, CLONE_NEWNET))
        os.close(home)

    def socket(self):
        home = os.open('/proc/thread-self/ns/net', os.O_RDONLY)
        system(libc.setns(self.handle, CLONE_NEWNET))
        made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        system(libc.setns(home, CLONE_NEWNET))
        os.close(home)
        made.setblocking(False)
        return made

    def close(self):
        os.close(self.tun)
        os.close(self.handle)


def checksum_good(data):
    if len(data) % 2:
        data += b'\0'
    total = sum(struct.unpack('>%dH' % (len(data) // 2), data))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return total == 0xFFFF


def decode_options(data):
    options, at = {}, 0
    while at < len(data):
        kind = data[at]
        if kind == 0:
            break
        if kind == 1:
            at += 1
            continue
        body = data[at + 2 : at + data[at + 1]]
        if kind == 2:
            options['mss'] = struct.unpack('>H', body)[0]
        elif kind == 3:
            options['windowScale'] = body[0]
        elif kind == 4:
            options['sackPermitted'] = True
        elif kind == 5:
            edges = struct.unpack('>%dI' % (len(body) // 4), body)
            options['sack'] = [list(edges[i : i + 2]) for i in range(0, len(edges), 2)]
        elif kind == 8:
            options['timestamps'] = True
        else:
            options['other'] = options.get('other', []) + [kind]
        at += data[at + 1]
    return options


def decode(packet):
    """Everything that is a fact about a segment, with absolute numbers; None if it is not TCP over IPv4."""
    if packet[0] >> 4 != 4 or packet[9] != 6:
        return None
    header = (packet[0] & 15) * 4
    length, ident, fragment, ttl = struct.unpack('>HHHB', packet[2:9])
    segment = packet[header:length]
    ports = struct.unpack('>HH', segment[:4])
    seq, ack, offset, bits, window, _, urgent = struct.unpack('>IIBBHHH', segment[4:20])
    data = (offset >> 4) * 4
    pseudo = packet[12:20] + struct.pack('>HH', 6, len(segment))
    return {
        'ports': ports,
        'flags': ''.join(name for bit, name in enumerate('FSRPAUEC') if bits >> bit & 1),
        'seq': seq,
        'ack': ack,
        'length': len(segment) - data,
        'window': window,
        'urgentPointer': urgent,
        'options': decode_options(segment[20:data]),
        'ttl': ttl,
        'tos': packet[1],
        'dontFragment': bool(fragment & 0x4000),
        'ipChecksumGood': checksum_good(packet[:header]),
        'tcpChecksumGood': checksum_good(pseudo + segment),
    }


def is_of(kind, fact):
    if kind == 'data':
        return fact['length'] > 0
    return {'syn': 'S', 'fin': 'F', 'rst': 'R'}[kind] in fact['flags']


class Wire:
    """Carries packets between the namespaces, loses those it was told to lose and keeps the facts of all of them."""

    def __init__(self, ends, loss):
        self.ends = ends
        self.by_tun = {end.tun: who for who, end in ends.items()}
        self.loss = [dict(rule, met=0) for rule in loss]
        self.flying = []
        self.facts = []
        self.start = None
        self.count = 0

    def lost(self, who, fact):
        lost = False
        for rule in self.loss:
            if rule['from'] == who and is_of(rule['of'], fact):
                rule['met'] += 1
                lost = lost or rule['met'] in rule['ordinals']
        return lost

    def pump(self, limit):
        """Carries for at most `limit` seconds, or until something has come to pass."""
        now = time.monotonic()
        if self.flying:
            limit = min(limit, max(0, self.flying[0][0] - now))
        ready, _, _ = select.select(list(self.by_tun), [], [], limit)
        for tun in ready:
            self.take(tun)
        now = time.monotonic()
        while self.flying and self.flying[0][0] <= now:
            _, _, tun, packet = heapq.heappop(self.flying)
            os.write(tun, packet)

    def take(self, tun):
        while True:
            try:
                packet = os.read(tun, 65536)
            except BlockingIOError:
                return
            fact = decode(packet)
            if fact is None:
                continue
            now = time.monotonic()
            self.start = self.start or now
            who = self.by_tun[tun]
            lost = self.lost(who, fact)
            self.facts.append(dict(at=round((now - self.start) * 1000, 1), who=who, lost=lost, **fact))
            self.count += 1
            if not lost:
                heapq.heappush(self.flying, (now + DELAY, self.count, self.ends[OTHER[who]].tun, packet))


class Play:
    """One scenario being played."""

    PATIENCE = 20

    def __init__(self, ends, wire):
        self.ends = ends
        self.wire = wire
        self.sockets = {}
        self.listener = None
        self.told = []
        self.sending = {'client': b'', 'server': b''}

    def tell(self, who, told):
        self.told.append({'who': who, 'told': told})

    def run(self, ready):
        """Carries until `ready` says so, writing whatever is still to be written meanwhile."""
        end = time.monotonic() + self.PATIENCE
        while not ready():
            if time.monotonic() > end:
                raise TimeoutError('nothing came of it')
            self.write()
            self.wire.pump(0.001)

    def write(self):
        for who, rest in self.sending.items():
            if rest:
                try:
                    self.sending[who] = rest[self.sockets[who].send(rest) :]
                except BlockingIOError:
                    pass

    def listen(self, receiveBuffer=None):
        self.listener = self.ends['server'].socket()
        if receiveBuffer is not None:
            self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receiveBuffer)
        self.listener.bind((ADDRESS['server'], PORT['server']))
        self.listener.listen(5)

    def connect(self):
        client = self.ends['client'].socket()
        client.bind((ADDRESS['client'], PORT['client']))
        client.connect_ex((ADDRESS['server'], PORT['server']))
        self.sockets['client'] = client
        self.run(lambda: select.select([], [client], [], 0)[1])
        problem = client.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        self.tell('client', 'connected' if problem == 0 else errno.errorcode[problem])
        if problem == 0:
            self.run(lambda: select.select([self.listener], [], [], 0)[0])
            self.sockets['server'], _ = self.listener.accept()
            self.sockets['server'].setblocking(False)
            self.tell('server', 'accepted')

    def send(self, who, bytes):
        self.sending[who] += b'x' * bytes
        self.write()

    def read(self, who, bytes=None, until=None):
        got = 0
        outcome = None

        def ready():
            nonlocal got, outcome
            try:
                data = self.sockets[who].recv(65536)
            except BlockingIOError:
                return False
            except OSError as problem:
                outcome = errno.errorcode[problem.errno]
                return True
            got += len(data)
            if not data:
                outcome = 'ended'
            return not data or (bytes is not None and got >= bytes)

        self.run(ready)
        if got:
            self.tell(who, 'received %d' % got)
        if outcome is not None:
            self.tell(who, outcome)

    def urgent(self, who, byte):
        self.sockets[who].send(bytearray([byte]), socket.MSG_OOB)

    def shutdown(self, who):
        self.sockets[who].shutdown(socket.SHUT_WR)

    def close(self, who):
        self.sockets[who].close()

    def abort(self, who):
        self.sockets[who].setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
        self.sockets[who].close()

    def keepAlive(self, who, idleMs, intervalMs):
        chosen = self.sockets[who]
        chosen.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, idleMs // 1000)
        chosen.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, intervalMs // 1000)
        chosen.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)

    def wait(self, ms):
        end = time.monotonic() + ms / 1000
        self.run(lambda: time.monotonic() >= end)

    def step(self, step):
        arguments = {key: value for key, value in step.items() if key != 'do'}
        getattr(self, step['do'])(**arguments)

    def finish(self):
        for each in [self.listener, *self.sockets.values()]:
            if each is not None:
                each.close()


def relative(facts):
    """Numbers counted from each end's first SYN; the RST of an end that sent no SYN keeps the number it has."""
    first = {}
    for fact in facts:
        if 'S' in fact['flags']:
            first.setdefault(fact['who'], fact['seq'])

    def less(number, who):
        return (number - first.get(who, 0)) & 0xFFFFFFFF

    for fact in facts:
        who = fact.pop('who')
        ports = fact.pop('ports')
        assert ports == (PORT[who], PORT[OTHER[who]])
        acknowledges = 'A' in fact['flags']
        if not acknowledges:
            fact['ackFieldZero'] = fact['ack'] == 0
        fact['seq'] = less(fact['seq'], who)
        fact['ack'] = less(fact['ack'], OTHER[who]) if acknowledges else None
        if 'sack' in fact['options']:
            fact['options']['sack'] = [[less(edge, OTHER[who]) for edge in block] for block in fact['options']['sack']]
        yield {'at': fact.pop('at'), 'from': who, **fact}


def record(name, scenario):
    sysctls = {**SYSCTLS, **scenario.get('sysctls', {})}
    ends = {who: Namespace(who, sysctls) for who in ('client', 'server')}
    try:
        wire = Wire(ends, scenario.get('loss', []))
        play = Play(ends, wire)
        try:
            for step in scenario['script']:
                play.step(step)
            facts = list(relative(wire.facts))
        finally:
            play.finish()
    finally:
        for end in ends.values():
            end.close()
    head = {
        'scenario': name,
        'what': scenario['what'],
        'kernel': '%s %s' % (platform.system(), platform.release().split('-')[0]),
        'link': {'mtu': MTU, 'delayMs': DELAY * 1000},
        'sysctls': sysctls,
        'loss': scenario.get('loss', []),
    }
    lines = [json.dumps(key) + ': ' + json.dumps(value) for key, value in head.items()]
    for key, rows in (('script', scenario['script']), ('told', play.told), ('segments', facts)):
        lines.append('"%s": [\n    %s\n  ]' % (key, ',\n    '.join(json.dumps(row) for row in rows)))
    with open(os.path.join(TARGET, name + '.json'), 'w') as file:
        file.write('{\n  ' + ',\n  '.join(lines) + '\n}\n')
    print('%-26s %4d segments' % (name, len(facts)))


def main():
    names = sys.argv[1:] or list(SCENARIOS)
    for name in names:
        record(name, SCENARIOS[name])


main()
