#pragma once

#include "app/keys/ApiKey.h"

#include <QDialog>
#include <QHash>

class QLabel;
class QPushButton;

namespace keydesk {

class IconView;
class KeyRing;
class KeyStore;
class RoleLabel;
class SealedFlow;
class SealedStore;

/// The places where keys lie, each with its state in words, how many keys are there, and what can be done
/// about it. Behind the buttons in the window's corner.
class StoresDialog : public QDialog
{
    Q_OBJECT

public:
    StoresDialog(const KeyStore &keys, KeyRing &ring, SealedStore &sealed, SealedFlow &flow,
                 QWidget *parent = nullptr);

Q_SIGNALS:
    void missingRequested(); ///< show which keys are missing

private:
    struct Row
    {
        IconView *icon = nullptr;
        RoleLabel *words = nullptr;
        QLabel *count = nullptr;
        QHash<QString, QPushButton *> buttons;
    };

    QWidget *makeRow(SecretPlace place);
    QPushButton *addButton(Row &row, const QString &name, const QString &text);
    void show();
    void showRow(SecretPlace place);
    void setAside(bool usePrevious);

    const KeyStore &m_keys;
    KeyRing &m_ring;
    SealedStore &m_sealed;
    SealedFlow &m_flow;
    QHash<SecretPlace, Row> m_rows;
    RoleLabel *m_trouble;
    QPushButton *m_missing;
};

} // namespace keydesk
