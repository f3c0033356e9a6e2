#include "app/sandbox/RequestHook.h"

#include <QTest>

#include <functional>

using namespace keydesk::sandbox;

namespace {

struct Stream
{
    void get_remote_ip_and_port(std::string &ip, int &port) const
    {
        ip = "127.0.0.2";
        port = 2;
    }
    void get_local_ip_and_port(std::string &ip, int &port) const
    {
        ip = "127.0.0.1";
        port = 1;
    }
};

using Setup = std::function<void(int &)>;

/// As it is in cpp-httplib 0.11 and 0.14.
struct OlderServer
{
    bool process_request(Stream &, bool closeConnection, bool &closed, const Setup &setup)
    {
        setup(ranges);
        closed = closeConnection;
        return true;
    }

    int ranges = 7;
};

/// As it is in cpp-httplib 0.26.
struct NewerServer
{
    bool process_request(Stream &, const std::string &remote, int remotePort, const std::string &local,
                         int localPort, bool closeConnection, bool &closed, const Setup &setup)
    {
        addresses = remote + ':' + std::to_string(remotePort) + ' ' + local + ':' + std::to_string(localPort);
        setup(ranges);
        closed = closeConnection;
        return true;
    }

    std::string addresses;
    int ranges = 7;
};

} // namespace

/// Only one version of the library is there to build with: the other one's shape is played here.
class TestRequestHook : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void speaksToTheOlderLibrary();
    void speaksToTheNewerLibrary();
};

void TestRequestHook::speaksToTheOlderLibrary()
{
    OlderServer server;
    Stream stream;
    bool closed = false;
    QVERIFY(processRequest(server, stream, true, closed, [](int &ranges) { ranges = 0; }));
    QVERIFY(closed);
    QCOMPARE(server.ranges, 0);
}

void TestRequestHook::speaksToTheNewerLibrary()
{
    NewerServer server;
    Stream stream;
    bool closed = false;
    QVERIFY(processRequest(server, stream, true, closed, [](int &ranges) { ranges = 0; }));
    QVERIFY(closed);
    QCOMPARE(server.ranges, 0);
    QCOMPARE(server.addresses, std::string("127.0.0.2:2 127.0.0.1:1"));
}

QTEST_GUILESS_MAIN(TestRequestHook)
#include "test_request_hook.moc"
