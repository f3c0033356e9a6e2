#pragma once

#include <QUuid>
#include <QWidget>

class QVBoxLayout;

namespace keydesk {

class KeyStore;
struct ApiKey;

/// "What happened": the latest entries of a key's audit trail. Part of KeyDetails.
class KeyEvents : public QWidget
{
    Q_OBJECT

public:
    explicit KeyEvents(const KeyStore &keys, QWidget *parent = nullptr);

    void show(const ApiKey &key);

Q_SIGNALS:
    void allRequested(const QUuid &keyId); ///< the whole trail of the key

private:
    void fill();

    const KeyStore &m_keys;
    QUuid m_key;
    QVBoxLayout *m_lines;
};

} // namespace keydesk
