#pragma once

#include "app/interchange/collection/ImportRequests.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QTreeWidget;
class QTreeWidgetItem;

namespace keydesk {

/// The credentials that an import took out, each with where it is kept: as a secret variable of an environment, or nowhere. Shows hints, never
/// values (SECURITY S3). Hidden while there are none. An environment whose requests go to a credential's origin is proposed.
class CredentialChoices : public QWidget
{
    Q_OBJECT

public:
    explicit CredentialChoices(const EnvironmentStore &environments, QWidget *parent = nullptr);

    void setCredentials(const QList<FoundCredential> &found);
    [[nodiscard]] QList<KeptCredential> chosen() const;

Q_SIGNALS:
    void changed();

private:
    void setPlace(QTreeWidgetItem &item, const QUuid &environment);
    /// Where its name is free; of several that have one name, the first.
    void setAll(const QUuid &environment);
    [[nodiscard]] bool isFree(const QUuid &environment, const QString &variable) const;

    const EnvironmentStore &m_environments;
    QLabel *m_title;
    QWidget *m_allRow;
    QComboBox *m_all;
    QTreeWidget *m_list;
    QList<FoundCredential> m_found;
};

} // namespace keydesk
