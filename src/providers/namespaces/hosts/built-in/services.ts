// The services that have a name: the well-known port assignments, as a services file of ours. Not a copy of any system's.
// They are there beside what the machine's own file lists.

/** A line each: name, port/protocol (or several with a comma), aliases. By port; of one port the usual name first. */
export const BUILT_IN_SERVICES = `
tcpmux 1/tcp
compressnet 2/tcp,udp
rje 5/tcp
echo 7/tcp,udp
discard 9/tcp,udp sink null
systat 11/tcp,udp users
daytime 13/tcp,udp
netstat 15/tcp
qotd 17/tcp,udp quote
msp 18/tcp,udp
chargen 19/tcp,udp ttytst source
ftp-data 20/tcp
ftp 21/tcp
ssh 22/tcp
telnet 23/tcp
smtp 25/tcp mail
nsw-fe 27/tcp,udp
msg-icp 29/tcp,udp
msg-auth 31/tcp,udp
dsp 33/tcp,udp
time 37/tcp,udp timserver timeserver
rap 38/tcp,udp
rlp 39/udp resource
graphics 41/tcp,udp
nameserver 42/tcp,udp name
nicname 43/tcp whois
mpm-flags 44/tcp
mpm 45/tcp
auditd 48/tcp,udp
tacacs 49/tcp,udp
re-mail-ck 50/tcp,udp
xns-time 52/tcp,udp
domain 53/tcp,udp dns
xns-ch 54/tcp,udp
xns-auth 56/tcp,udp
xns-mail 58/tcp,udp
whoispp 63/tcp whois++
covia 64/tcp,udp
tacacs-ds 65/tcp,udp
sql-net 66/tcp,udp
bootps 67/udp dhcps
bootpc 68/udp dhcpc
tftp 69/udp
gopher 70/tcp
netrjs-1 71/tcp
netrjs-2 72/tcp
netrjs-3 73/tcp
netrjs-4 74/tcp
deos 76/tcp,udp
finger 79/tcp
http 80/tcp www www-http
hosts2-ns 81/tcp
xfer 82/tcp
ctf 84/tcp
mfcobol 86/tcp
link 87/tcp ttylink
kerberos 88/tcp,udp krb5 kerberos-sec
su-mit-tg 89/tcp
dnsix 90/tcp
mit-dov 91/tcp
npp 92/tcp
dcp 93/tcp
objcall 94/tcp
supdup 95/tcp
dixie 96/tcp,udp
metagram 99/tcp
hostname 101/tcp hostnames
iso-tsap 102/tcp
x400 103/tcp
x400-snd 104/tcp
csnet-ns 105/tcp,udp
rtelnet 107/tcp
snagas 108/tcp
pop2 109/tcp postoffice
pop3 110/tcp
sunrpc 111/tcp,udp rpcbind portmap
auth 113/tcp ident
sftp 115/tcp
uucp-path 117/tcp
sqlserv 118/tcp,udp
nntp 119/tcp usenet
ntp 123/udp
locus-map 125/tcp,udp
epmap 135/tcp,udp loc-srv
profile 136/tcp,udp
netbios-ns 137/tcp,udp nbname
netbios-dgm 138/udp nbdatagram
netbios-ssn 139/tcp nbsession
imap 143/tcp imap4
sql-net-svc 150/tcp
bftp 152/tcp
sgmp 153/udp
sqlsrv 156/tcp
pcmail-srv 158/tcp
sgmp-traps 160/udp
snmp 161/udp
snmptrap 162/udp snmp-trap
cmip-man 163/tcp,udp
cmip-agent 164/tcp,udp
xns-courier 165/tcp
print-srv 170/tcp
vmnet 175/tcp
xdmcp 177/udp
nextstep 178/tcp
bgp 179/tcp
unify 181/tcp
irc 194/tcp
smux 199/tcp
at-rtmp 201/udp
at-nbp 202/udp
at-echo 204/udp
at-zis 206/udp
qmtp 209/tcp
z39.50 210/tcp wais z3950
ipx 213/udp
mpp 218/tcp
imap3 220/tcp
bgmp 264/tcp
novastorbakcup 308/tcp
pawserv 345/tcp
zserv 346/tcp
rpc2portmap 369/tcp,udp
codaauth2 370/tcp,udp
clearcase 371/udp
ulistserv 372/tcp
ldap 389/tcp
imsp 406/tcp
svrloc 427/tcp,udp slp
mobileip-agent 434/udp
mobilip-mn 435/udp
https 443/tcp,udp
snpp 444/tcp
microsoft-ds 445/tcp,udp
kpasswd 464/tcp,udp
smtps 465/tcp submissions
saft 487/tcp
isakmp 500/udp ike
exec 512/tcp
biff 512/udp comsat
login 513/tcp
who 513/udp whod
cmd 514/tcp shell
syslog 514/udp
printer 515/tcp spooler
videotex 516/tcp
talk 517/udp
ntalk 518/udp
utime 519/tcp
efs 520/tcp
router 520/udp route routed
ripng 521/udp
ulp 522/tcp
timed 525/udp
tempo 526/tcp newdate
irc-serv 529/tcp
courier 530/tcp rpc
conference 531/tcp chat
netnews 532/tcp readnews
netwall 533/udp
uucp 540/tcp uucpd
klogin 543/tcp
kshell 544/tcp krcmd
dhcpv6-client 546/udp
dhcpv6-server 547/udp
afpovertcp 548/tcp
new-rwho 550/udp
rtsp 554/tcp
remotefs 556/tcp rfs rfs_server
rmonitor 560/udp
monitor 561/udp
nntps 563/tcp snntp
whoami 565/tcp
submission 587/tcp msa
http-alt 591/tcp
http-rpc-epmap 593/tcp
ipp 631/tcp
ldaps 636/tcp sldap
msdp 639/tcp
ldp 646/tcp,udp
corba-iiop 683/tcp
corba-iiop-ssl 684/tcp
hyperwave-isp 692/tcp
olsr 698/udp
kerberos-adm 749/tcp,udp
kerberos-iv 750/udp
webster 765/tcp
phonebook 767/udp
iscsi 860/tcp
rsync 873/tcp
vmware-auth 902/tcp
ftps-data 989/tcp
ftps 990/tcp
telnets 992/tcp
imaps 993/tcp imap4s
ircs 994/tcp
pop3s 995/tcp spop3
socks 1080/tcp
kpop 1109/tcp
nfsd-status 1110/tcp
nfsd-keepalive 1110/udp
openvpn 1194/tcp,udp
kazaa 1214/tcp
nessus 1241/tcp
lotusnote 1352/tcp
ms-sql-s 1433/tcp,udp
ms-sql-m 1434/tcp,udp
tnslistener 1521/tcp ncube-lm
ingreslock 1524/tcp
netview-aix-1 1661/tcp
l2tp 1701/udp
pptconference 1711/tcp
h323gatestat 1719/udp
h323hostcall 1720/tcp
pptp 1723/tcp
radius 1812/udp
radacct 1813/udp
mqtt 1883/tcp
ssdp 1900/udp
rtmp 1935/tcp macromedia-fcs
hsrp 1985/udp
wccp 2048/udp dls-monitor
nfsd 2049/tcp,udp nfs
knetd 2053/tcp
gtp-control 2123/udp
gtp-user 2152/udp
zookeeper 2181/tcp
docker 2375/tcp
docker-s 2376/tcp
etcd-client 2379/tcp
etcd-server 2380/tcp
cvspserver 2401/tcp
venus 2430/tcp,udp
citriximaclient 2512/tcp
zebrasrv 2600/tcp
ripd 2602/tcp
ospfd 2604/tcp
bgpd 2605/tcp
sms-rcinfo 2701/tcp
firebird 3050/tcp gds_db
squid 3128/tcp ndl-aas
isns 3205/tcp,udp
iscsi-target 3260/tcp
globalcat 3268/tcp msft-gc
globalcat-ssl 3269/tcp msft-gc-ssl
mysql 3306/tcp
ms-wbt-server 3389/tcp,udp rdp
stun 3478/tcp,udp turn
teredo 3544/udp
daap 3689/tcp
svn 3690/tcp
ws-discovery 3702/udp
diameter 3868/tcp
mapper-ws 3986/tcp
sieve 4190/tcp
epmd 4369/tcp
ipsec-nat-t 4500/udp ipsec-msft
radmin 4899/tcp
commplex-main 5000/tcp
sip 5060/tcp,udp
sips 5061/tcp,udp
aol 5190/tcp
xmpp-client 5222/tcp
xmpp-server 5269/tcp
cfengine 5308/tcp,udp
nat-pmp 5351/udp
mdns 5353/udp
llmnr 5355/tcp,udp hostmon
postgresql 5432/tcp postgres
pcanywheredata 5631/tcp
pcanywherestat 5632/udp
amqps 5671/tcp
amqp 5672/tcp
coap 5683/udp
coaps 5684/udp
rfb 5900/tcp vnc-server
couchdb 5984/tcp
wsman 5985/tcp
wsmans 5986/tcp
x11 6000/tcp
redis 6379/tcp
syslog-tls 6514/tcp
ircu 6667/tcp
ircs-u 6697/tcp
bittorrent 6881/tcp
afs3-fileserver 7000/udp
afs3-callback 7001/udp
afs3-vlserver 7003/udp
font-service 7100/tcp xfs
http-proxy 8080/tcp
puppet 8140/tcp
secure-mqtt 8883/tcp
cassandra 9042/tcp
kafka 9092/tcp
pdl-datastream 9100/tcp jetdirect hp-pdl-datastr
bacula-dir 9101/tcp
bacula-fd 9102/tcp
bacula-sd 9103/tcp
elasticsearch 9200/tcp
git 9418/tcp
man 9535/tcp
webmin 10000/tcp ndmp
zabbix-agent 10050/tcp
zabbix-trapper 10051/tcp
amanda 10080/tcp,udp
nbd 10809/tcp
memcache 11211/tcp,udp
hkp 11371/tcp
mongodb 27017/tcp
`;
