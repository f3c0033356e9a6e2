#pragma once

#include <QCoreApplication>
#include <QDir>
#include <QPixmap>
#include <QWidget>

namespace keydesk::test {

/// Where pictures for people to look at go: the folder that KEYDESK_SCREENSHOTS names; empty if none are wanted.
inline QString pictureFolder()
{
    return qEnvironmentVariable("KEYDESK_SCREENSHOTS");
}

/// For a folder whose name ends in "dark".
inline bool arePicturesDark()
{
    return pictureFolder().endsWith(QLatin1String("dark"));
}

/// `name` without ".png". Does nothing unless pictures are wanted.
inline void savePicture(QWidget &window, const QString &name)
{
    if (pictureFolder().isEmpty())
        return;
    QDir().mkpath(pictureFolder());
    QCoreApplication::sendPostedEvents();
    window.grab().save(QStringLiteral("%1/%2.png").arg(pictureFolder(), name));
}

} // namespace keydesk::test
