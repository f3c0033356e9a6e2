#pragma once

#include <QAccessible>

#include <qpa/qplatformaccessibility.h>
#include <qpa/qplatformintegration.h>

#include <private/qguiapplication_p.h>

namespace keydesk::test {

/// Listens as a screen reader would, while it lives, and remembers what it was told has the focus. The offscreen platform has no bridge that
/// would switch accessibility on, and Qt offers no other way to do that than its platform plugins' own.
class ScreenReader
{
public:
    ScreenReader()
    {
        heard().clear();
        platform()->setActive(true);
        m_before = QAccessible::installUpdateHandler(&hear);
    }
    ~ScreenReader()
    {
        QAccessible::installUpdateHandler(m_before);
        platform()->setActive(false);
    }
    ScreenReader(const ScreenReader &) = delete;
    ScreenReader &operator=(const ScreenReader &) = delete;

    /// The descriptions of what had the focus, in order.
    [[nodiscard]] static QList<QString> &heard()
    {
        static QList<QString> descriptions; // a handler is a plain function
        return descriptions;
    }

private:
    static QPlatformAccessibility *platform() { return QGuiApplicationPrivate::platformIntegration()->accessibility(); }

    static void hear(QAccessibleEvent *event)
    {
        if (event->type() != QAccessible::Focus)
            return;
        if (QAccessibleInterface *told = event->accessibleInterface())
            heard().append(told->text(QAccessible::Description));
    }

    QAccessible::UpdateHandler m_before = nullptr;
};

} // namespace keydesk::test
