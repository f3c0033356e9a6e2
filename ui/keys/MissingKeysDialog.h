#pragma once

#include "app/base/Error.h"
#include "app/keys/ApiKey.h"
#include "ui/setup/KeySetupDialog.h"

class QListWidget;
class QPushButton;
class QTreeWidget;

namespace keydesk {

struct Core;
class RoleLabel;
class Settings;

/// The keys whose token is gone from the place where it should lie, each by name, with what can be done; and
/// the tokens of Keydesk that lie there and belong to no key (after the index was lost).
class MissingKeysDialog : public QDialog
{
    Q_OBJECT

public:
    MissingKeysDialog(Core &core, QWidget *parent = nullptr);

    /// Missing keys that the user does not want to be reminded of.
    static QStringList forgotten(const Settings &settings);

Q_SIGNALS:
    void newKeyRequested(const keydesk::NewKeyHints &hints);

private:
    QWidget *makeMissing();
    QWidget *makeOrphans();
    void fill();
    void showSelection();
    [[nodiscard]] QList<QUuid> chosen() const;
    void pasteAgain();
    void makeNew();
    void lookAgain();
    void forget();
    void removeChosen();
    void adoptAll();
    void adopted(const Result<ApiKey> &outcome);
    void say(const QString &text, bool trouble = false);

    Core &m_core;
    RoleLabel *m_intro;
    QTreeWidget *m_list;
    QWidget *m_missing;
    QWidget *m_orphans;
    RoleLabel *m_orphanWords;
    RoleLabel *m_words;
    QPushButton *m_paste;
    QPushButton *m_new;
    QPushButton *m_forget;
    QPushButton *m_remove;
    QPushButton *m_adopt;
    int m_adopting = 0;
};

} // namespace keydesk
