#pragma once

#include "ui/WatchedApplication.h"

#include <QTest>

namespace keydesk::test {

/// The application of every test in tests/ui: it fails the test function in which a single event holds the
/// event loop too long. The product's bound is 50 ms; this one is met by a machine that is busy, and by code
/// that is not optimised.
class TestApplication : public WatchedApplication
{
public:
#ifdef KEYDESK_SANITIZED
    static constexpr std::chrono::milliseconds bound{1500};
#else
    static constexpr std::chrono::milliseconds bound{250};
#endif

    static constexpr Bounds bounds{bound, 4 * bound}; // a busy disk is waited for longer

    TestApplication(int &argc, char **argv)
        : WatchedApplication(argc, argv, bounds, [](const QString &stall) {
            QTest::qFail(qPrintable(stall), __FILE__, __LINE__);
        })
    {
    }
};

} // namespace keydesk::test

// What QTEST_MAIN makes. This header is among the precompiled ones of tests/ui, which stand before all else.
#undef QTEST_MAIN_SETUP
#define QTEST_MAIN_SETUP() QTEST_QAPP_SETUP(keydesk::test::TestApplication) QTEST_DISABLE_KEYPAD_NAVIGATION
